import type { EvictionPolicy } from '@glovebox/cache-core';
import type fc from 'fast-check';
import type { CacheConfig } from '../target.js';
import type { Command, Operation, Sequence } from './command.js';
import { computations, drawnKey, GRACES, operations, type Weighted, weighted, writes } from './draw-operations.js';
import { LARGEST_SUM } from './samples.js';
import { SPACES, type Space } from './space.js';

type FastCheck = typeof fc;

const MAX_PARTS = 25;

/** To the millisecond where a time to live ends, one before, and far behind all of them. */
const STEPS: readonly number[] = [1_000, 1, 999, 500, 2_500, 5_000, 60_000];
/** Mostly a millisecond between two commands: the order within one is nobody's promise. */
const TICKS: readonly number[] = [1, 1, 1, 0];

/** What a backend can be asked for. */
export interface DrawOptions {
  /** `undefined`: no limits. */
  readonly policy: EvictionPolicy | undefined;
  /** Limits in bytes to choose from; none where the backend has no such limit. */
  readonly byteLimits: readonly number[];
  readonly canReopen: boolean;
}

/** Configurations and sequences of commands, the simplest first, as shrinking wants them. */
export function sequences(fc: FastCheck, options: DrawOptions): fc.Arbitrary<Sequence> {
  const of = (parts: readonly Weighted<Part>[]): fc.Arbitrary<Sequence> =>
    fc.record({
      config: configs(fc, options),
      tickMs: fc.constantFrom(...TICKS),
      commands: fc
        .array(fc.oneof(...parts), { minLength: 1, maxLength: MAX_PARTS, size: 'max' })
        .map((drawn) => drawn.flat())
        .filter((drawn) => drawn.filter(({ op }) => op === 'increment').length <= LARGEST_SUM),
    });
  const whole = steps(fc, options.canReopen);
  // Not in every sequence: keys of several namespaces meet less often.
  return fc.oneof(
    { weight: 2, arbitrary: of([...whole, ...requests(fc)]) },
    { weight: 1, arbitrary: of([...whole, ...requestsInSpaces(fc)]) },
  );
}

function configs(fc: FastCheck, { policy, byteLimits }: DrawOptions): fc.Arbitrary<CacheConfig> {
  const rest = fc.record({
    defaultTtl: fc.constantFrom(null, 2),
    cleanupIntervalSeconds: fc.constantFrom(0, 1),
  });
  if (policy === undefined) return rest;
  const entries = fc.record({ maxEntries: fc.constantFrom(2, 1, 3, 4, 5) });
  const bytes = fc.record({ maxSizeBytes: fc.constantFrom(...byteLimits) });
  const limits: fc.Arbitrary<CacheConfig> =
    byteLimits.length === 0
      ? entries
      : fc.oneof(
          { arbitrary: entries, weight: 3 },
          { arbitrary: bytes, weight: 2 },
          { arbitrary: fc.tuple(entries, bytes).map(([one, other]) => ({ ...one, ...other })), weight: 1 },
        );
  return fc.tuple(limits, rest).map(([own, others]) => ({ ...own, evictionPolicy: policy, ...others }));
}

/** Commands that are drawn together: one, for the most part. */
type Part = readonly Command[];

/** What happens to the cache as a whole. */
function steps(fc: FastCheck, canReopen: boolean): Weighted<Part>[] {
  const time = fc.constantFrom(...STEPS).map((milliseconds): Part => [{ op: 'advance', milliseconds }]);
  return [weighted(5, time), ...(canReopen ? [weighted(1, fc.constant<Part>([{ op: 'reopen' }]))] : [])];
}

function requests(fc: FastCheck): Weighted<Part>[] {
  const single = operations(fc);
  return [
    ...single.map(({ weight, arbitrary }) =>
      weighted(
        weight,
        arbitrary.map((operation): Part => [operation]),
      ),
    ),
    weighted(4, expiries(fc, fc.oneof(...single))),
  ];
}

/** What hardly comes about by chance: an entry, with a grace or not, expires, and its key is asked for again. */
function expiries(fc: FastCheck, operation: fc.Arbitrary<Operation>): fc.Arbitrary<Part> {
  const { set, add, update, increment, touch } = writes(fc);
  const compute = computations(fc, GRACES);
  const time = fc.constantFrom(...STEPS).map((milliseconds): Command => ({ op: 'advance', milliseconds }));
  const look = fc.constantFrom('exists', 'lookup', 'getMetadata', 'delete');
  const cleanup = fc.constant<Command>({ op: 'cleanup' });
  return fc
    .record({
      first: fc.oneof(
        compute.map((drawn): Operation => ({ ...drawn, plan: 'returns' })),
        set,
      ),
      changes: fc.array(fc.oneof(set, update, touch), { maxLength: 1 }),
      step: time,
      between: fc.array(fc.oneof(operation, look, look, cleanup, time), { maxLength: 3 }),
      again: fc.oneof(compute, compute, add, update, increment, touch),
      key: drawnKey(fc),
    })
    .map(({ first, changes, step, between, again, key }): Part => {
      const ofKey = (drawn: Command | 'exists' | 'lookup' | 'getMetadata' | 'delete'): Command => {
        if (typeof drawn === 'string') return { op: drawn, key };
        return 'key' in drawn ? { ...drawn, key } : drawn;
      };
      return [first, ...changes, step, ...between, again].map(ofKey);
    });
}

/** Half of the requests are those of a namespace. */
function requestsInSpaces(fc: FastCheck): Weighted<Part>[] {
  const spaces: readonly (Space | undefined)[] = [...SPACES.map(() => undefined), ...SPACES];
  const placed = requests(fc).map(({ weight, arbitrary }) =>
    weighted(
      weight,
      fc
        .tuple(fc.constantFrom(...spaces), arbitrary)
        .map(
          ([space, part]): Part => part.map((command) => (command.op === 'getStats' ? command : { ...command, space })),
        ),
    ),
  );
  const stats = fc.constantFrom(...SPACES).map((space): Part => [{ op: 'getStats', space }]);
  return [...placed, weighted(2, stats)];
}
