import type { SchemaResult, StandardSchema } from '@glovebox/cache-core/typed';

/** What {@link NUMBERS} does not take, and no message may quote. */
export const MISFIT = 'a-secret-that-is-no-number';

/** A schema by hand, so that the suite needs no library of them. @param name how it stands in a trail */
function schemaOf<Input, Output>(
  name: string,
  validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>,
): StandardSchema<Input, Output> {
  return { '~standard': { version: 1, vendor: name, validate } };
}

function misfit(value: unknown): SchemaResult<never> {
  // As some libraries do, which is why their messages are not handed on.
  return { issues: [{ message: `it is ${String(value)}`, path: ['here'] }] };
}

export const NUMBERS = schemaOf<number, number>('numbers', (value) =>
  typeof value === 'number' ? { value } : misfit(value),
);

/** Takes text, and gives how long it is. */
export const LENGTHS = schemaOf<string, number>('lengths', (value) =>
  typeof value === 'string' ? { value: value.length } : misfit(value),
);

/** {@link NUMBERS}, whose verdict comes when `verdict` is there. @param onAsked told each value that it is asked about */
export function slowNumbers(verdict: Promise<void>, onAsked: () => void = () => {}): StandardSchema<number, number> {
  return schemaOf<number, number>('slow numbers', async (value) => {
    onAsked();
    await verdict;
    return typeof value === 'number' ? { value } : misfit(value);
  });
}
