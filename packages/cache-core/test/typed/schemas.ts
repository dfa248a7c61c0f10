import type { SchemaResult, StandardSchema } from '@glovebox/cache-core/typed';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';

/** What every library's schema below takes and gives. */
export interface User {
  name: string;
  address: { city: string };
}

export const ZOE: User = { name: 'Zoe', address: { city: 'Zürich' } };

export const SCHEMAS: Readonly<Record<string, StandardSchema<User, User>>> = {
  zod: z.object({ name: z.string(), address: z.object({ city: z.string() }) }),
  valibot: v.object({ name: v.string(), address: v.object({ city: v.string() }) }),
  arktype: type({ name: 'string', address: { city: 'string' } }),
  'an async schema of zod': z
    .object({ name: z.string(), address: z.object({ city: z.string() }) })
    .refine(async ({ name }) => name !== 'nobody', { path: ['name'] }),
  'an async schema of valibot': v.objectAsync({
    name: v.pipeAsync(
      v.string(),
      v.checkAsync(async (name) => name !== 'nobody'),
    ),
    address: v.object({ city: v.string() }),
  }),
};

/** Numbers from `least`, by hand: what is validated, and when, can be told. */
export function numbersFrom(least: number, onValidate: (value: unknown) => void = () => {}): StandardSchema<number> {
  return {
    '~standard': {
      version: 1,
      vendor: 'by hand',
      validate(value): SchemaResult<number> {
        onValidate(value);
        if (typeof value === 'number' && value >= least) return { value };
        return { issues: [{ message: `the value is ${String(value)}` }] };
      },
    },
  };
}
