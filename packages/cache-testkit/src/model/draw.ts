import type { EvictionPolicy } from '@glovebox/cache-core';
import type fc from 'fast-check';
import type { CacheConfig } from '../target.js';
import type { Command, Draft, DraftOptions, FactoryPlan, Mistake, Sequence } from './command.js';
import { SAMPLES, SIZED_SAMPLES } from './samples.js';

type FastCheck = typeof fc;

const MAX_COMMANDS = 30;

/** Few, so that they meet each other; strange, so that stores that mix them up are seen. */
export const KEYS: readonly string[] = ['a', 'b', 'A', 'a/b', '__proto__', '\u00e9', 'e\u0301', '😀 %'];
/** Some are asked for more often than others, so that sequences come back to what they have stored. */
const DRAWN_KEYS: readonly string[] = KEYS.flatMap((key, index) =>
  Array.from({ length: Math.max(1, 5 - index) }, () => key),
);
/** Large ones more often than others, or limits in bytes would seldom be reached. */
const DRAWN_SAMPLES = [...SAMPLES, ...SIZED_SAMPLES, ...SIZED_SAMPLES, ...SIZED_SAMPLES];
const PREFIXES: readonly (string | undefined)[] = [undefined, '', 'a', 'a/', '__', 'e', '%'];

const OPTIONS: readonly DraftOptions[] = [
  { given: undefined, ttlSeconds: undefined, tags: [] },
  { given: { ttl: 1 }, ttlSeconds: 1, tags: [] },
  { given: { ttl: '2500ms' }, ttlSeconds: 2.5, tags: [] },
  { given: { ttl: null }, ttlSeconds: null, tags: [] },
  { given: { ttl: 5, tags: ['b', 'a'] }, ttlSeconds: 5, tags: ['b', 'a'] },
  { given: { tags: ['b'] }, ttlSeconds: undefined, tags: ['b'] },
];
/** To the millisecond where a time to live ends, one before, and far behind all of them. */
const STEPS: readonly number[] = [1_000, 1, 999, 500, 2_500, 5_000, 60_000];
const PLANS: readonly FactoryPlan[] = ['returns', 'returns undefined', 'throws'];
const MISTAKES: readonly Mistake[] = [
  'set of undefined',
  'set with a ttl of 0',
  'set of a function',
  'get of an empty key',
];

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
  return fc.record({
    config: configs(fc, options),
    tickMs: fc.constantFrom(...TICKS),
    commands: fc.array(commands(fc, options.canReopen), { minLength: 1, maxLength: MAX_COMMANDS, size: 'max' }),
  });
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

function commands(fc: FastCheck, canReopen: boolean): fc.Arbitrary<Command> {
  const key = fc.constantFrom(...DRAWN_KEYS);
  const keys = fc.array(key, { maxLength: 4 });
  const draft: fc.Arbitrary<Draft> = fc.record({
    key,
    sample: fc.constantFrom(...DRAWN_SAMPLES),
    options: fc.constantFrom(...OPTIONS),
  });
  const of = <C extends Command>(weight: number, arbitrary: fc.Arbitrary<C>) => ({ weight, arbitrary });
  const ofKey = (weight: number, op: 'get' | 'lookup' | 'exists' | 'getMetadata' | 'delete' | 'getOrDefault') =>
    of(
      weight,
      key.map((name): Command => ({ op, key: name })),
    );
  return fc.oneof(
    of(
      8,
      draft.map((parts): Command => ({ op: 'set', ...parts })),
    ),
    ofKey(6, 'get'),
    ofKey(1, 'getOrDefault'),
    ofKey(2, 'lookup'),
    ofKey(1, 'exists'),
    ofKey(1, 'getMetadata'),
    ofKey(3, 'delete'),
    of(
      4,
      fc.constantFrom(...STEPS).map((milliseconds): Command => ({ op: 'advance', milliseconds })),
    ),
    of(
      3,
      fc.tuple(draft, fc.constantFrom(...PLANS)).map(([parts, plan]): Command => ({ op: 'getOrSet', plan, ...parts })),
    ),
    of(
      2,
      fc.array(draft, { maxLength: 3 }).map((drafts): Command => ({ op: 'setMany', drafts })),
    ),
    of(
      2,
      keys.map((names): Command => ({ op: 'getMany', keys: names })),
    ),
    of(
      1,
      keys.map((names): Command => ({ op: 'deleteMany', keys: names })),
    ),
    of(
      1,
      fc.constantFrom(...PREFIXES).map((prefix): Command => ({ op: 'keys', prefix })),
    ),
    of(1, fc.constant<Command>({ op: 'cleanup' })),
    of(1, fc.constant<Command>({ op: 'clear' })),
    of(
      1,
      fc
        .tuple(fc.constantFrom(...MISTAKES), key)
        .map(([mistake, name]): Command => ({ op: 'mistake', mistake, key: name })),
    ),
    ...(canReopen ? [of(1, fc.constant<Command>({ op: 'reopen' }))] : []),
  );
}
