import { routineOf } from '../driver.js';
import type { RoutineContext } from '../protocol.js';

export interface FlightArgs {
  readonly key: string;
  /** Callers of `getOrSet` at once. */
  readonly callers: number;
  /** The factory throws an error of this message. */
  readonly error?: string;
}

export interface FlightResult {
  /** How often the factory ran here. */
  readonly runs: number;
  /** How many callers got which value, or which error, as JSON. */
  readonly values: ReadonlyMap<string, number>;
  readonly errors: ReadonlyMap<string, number>;
}

/** What a process says of itself: `called` when all its callers wait, `computing` when its factory has begun. */
export type FlightReport = 'opened' | 'called' | 'computing';

/** Many callers of one key, when told so. Its factory ends when it is told once more. */
export async function flight({
  args,
  number,
  open,
  received,
  report,
}: RoutineContext<FlightArgs>): Promise<FlightResult> {
  const cache = await open();
  const told = received()[Symbol.asyncIterator]();
  const tell = (message: FlightReport) => report(message);
  tell('opened');
  await told.next();
  const mayEnd = told.next();
  let runs = 0;
  const calls = Array.from({ length: args.callers }, () =>
    cache.getOrSet(args.key, async () => {
      runs++;
      tell('computing');
      await mayEnd;
      if (args.error !== undefined) throw new Error(args.error);
      return { process: number, run: runs };
    }),
  );
  tell('called');
  const values = new Map<string, number>();
  const errors = new Map<string, number>();
  for (const settled of await Promise.allSettled(calls)) {
    if (settled.status === 'fulfilled') count(values, JSON.stringify(settled.value) ?? 'undefined');
    else count(errors, settled.reason instanceof Error ? settled.reason.message : String(settled.reason));
  }
  return { runs, values, errors };
}

export const flightRoutine = routineOf(import.meta.url, flight);

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
