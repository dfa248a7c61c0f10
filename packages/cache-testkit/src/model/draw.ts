import type { EvictionPolicy } from '@glovebox/cache-core';
import type fc from 'fast-check';
import type { CacheConfig } from '../target.js';
import type { Sequence } from './command.js';
import { createDraw, type Draw, operations, type Weighted, weighted } from './draw-operations.js';
import { type Part, STEPS, stories } from './draw-stories.js';
import { LARGEST_SUM } from './samples.js';
import { SPACES, type Space } from './space.js';

type FastCheck = typeof fc;

const MAX_PARTS = 25;

/** Mostly a millisecond between two commands: the order within one is nobody's promise. */
const TICKS: readonly number[] = [1, 1, 1, 0];

/** What a backend can be asked for. */
export interface DrawOptions {
  /** `undefined`: no limits. */
  readonly policy: EvictionPolicy | undefined;
  /** Limits in bytes to choose from; none where the backend has no such limit. */
  readonly byteLimits: readonly number[];
  readonly canReopen: boolean;
  /** Whether reads extend sliding entries. */
  readonly canSlide: boolean;
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
  const draw = createDraw(fc, options.canSlide);
  const whole = steps(fc, options.canReopen);
  // Not in every sequence: keys of several namespaces meet less often.
  return fc.oneof(
    { weight: 2, arbitrary: of([...whole, ...requests(draw)]) },
    { weight: 1, arbitrary: of([...whole, ...requestsInSpaces(draw)]) },
  );
}

function configs(fc: FastCheck, { policy, byteLimits }: DrawOptions): fc.Arbitrary<CacheConfig> {
  const rest = fc.record({
    defaultTtl: fc.constantFrom(null, 2),
    cleanupIntervalSeconds: fc.constantFrom(0, 1),
  });
  if (policy === undefined) return rest;
  const limits = limitsOf(fc, byteLimits);
  return fc.tuple(limits, rest).map(([own, others]) => ({ ...own, evictionPolicy: policy, ...others }));
}

function limitsOf(fc: FastCheck, byteLimits: readonly number[]): fc.Arbitrary<CacheConfig> {
  const entries = fc.record({ maxEntries: fc.constantFrom(2, 1, 3, 4, 5) });
  if (byteLimits.length === 0) return entries;
  const bytes = fc.record({ maxSizeBytes: fc.constantFrom(...byteLimits) });
  return fc.oneof(
    { arbitrary: entries, weight: 3 },
    { arbitrary: bytes, weight: 2 },
    { arbitrary: fc.tuple(entries, bytes).map(([one, other]) => ({ ...one, ...other })), weight: 1 },
  );
}

/** What happens to the cache as a whole. */
function steps(fc: FastCheck, canReopen: boolean): Weighted<Part>[] {
  const time = fc.constantFrom(...STEPS).map((milliseconds): Part => [{ op: 'advance', milliseconds }]);
  return [weighted(5, time), ...(canReopen ? [weighted(1, fc.constant<Part>([{ op: 'reopen' }]))] : [])];
}

function requests(draw: Draw): Weighted<Part>[] {
  const single = operations(draw);
  return [
    ...single.map(({ weight, arbitrary }) =>
      weighted(
        weight,
        arbitrary.map((operation): Part => [operation]),
      ),
    ),
    ...stories(draw, draw.fc.oneof(...single)),
  ];
}

/** Half of the requests are those of a namespace. */
function requestsInSpaces(draw: Draw): Weighted<Part>[] {
  const { fc } = draw;
  const spaces: readonly (Space | undefined)[] = [...SPACES.map(() => undefined), ...SPACES];
  const placed = requests(draw).map(({ weight, arbitrary }) =>
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
  const clear = fc.constantFrom(...SPACES).map((space): Part => [{ op: 'clear', space }]);
  return [...placed, weighted(2, stats), weighted(1, clear)];
}
