import type fc from 'fast-check';
import type { CommandOf, Draft, DraftOptions, FunctionPlan, Grace, Mistake, Operation, TouchTtl } from './command.js';
import { SAMPLES, SIZED_SAMPLES } from './samples.js';

type FastCheck = typeof fc;
export type Weighted<T> = fc.WeightedArbitrary<T>;

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
  { given: undefined, ttlSeconds: undefined, tags: undefined },
  { given: { ttl: 1 }, ttlSeconds: 1, tags: undefined },
  { given: { ttl: '2500ms' }, ttlSeconds: 2.5, tags: undefined },
  { given: { ttl: null }, ttlSeconds: null, tags: undefined },
  { given: { ttl: 5, tags: ['b', 'a'] }, ttlSeconds: 5, tags: ['b', 'a'] },
  { given: { tags: ['b'] }, ttlSeconds: undefined, tags: ['b'] },
];
export const GRACES: readonly Grace[] = [
  { given: '1500ms', milliseconds: 1_500 },
  { given: 60, milliseconds: 60_000 },
];
const NO_GRACE: Grace = { given: undefined, milliseconds: 0 };
const TOUCHES: readonly TouchTtl[] = [
  { given: undefined, ttlSeconds: undefined },
  { given: 1, ttlSeconds: 1 },
  { given: '2500ms', ttlSeconds: 2.5 },
  { given: null, ttlSeconds: null },
];
/** By one alone: sums stay in a range in which they can be measured beforehand. */
const INCREMENTS: readonly (number | undefined)[] = [undefined, 1, -1];
const PLANS: readonly FunctionPlan[] = ['returns', 'returns undefined', 'throws'];
const MISTAKES: readonly Mistake[] = [
  'set of undefined',
  'set with a ttl of 0',
  'set of a function',
  'get of an empty key',
  'update to a function',
  'increment by NaN',
  'touch with a ttl of 0',
];

export function weighted<T>(weight: number, arbitrary: fc.Arbitrary<T>): Weighted<T> {
  return { weight, arbitrary };
}

/** What is asked of a cache or of a namespace, each as often as its weight. */
export function operations(fc: FastCheck): Weighted<Operation>[] {
  const key = fc.constantFrom(...DRAWN_KEYS);
  const keys = fc.array(key, { maxLength: 4 });
  const options = fc.constantFrom(...OPTIONS);
  const plan = fc.constantFrom(...PLANS);
  const draft = drafts(fc);
  const ofKey = (op: 'get' | 'lookup' | 'exists' | 'getMetadata' | 'delete' | 'take' | 'getOrDefault') =>
    key.map((name): Operation => ({ op, key: name }));
  const set = draft.map((parts): Operation => ({ op: 'set', ...parts }));
  const add = draft.map((parts): Operation => ({ op: 'add', ...parts }));
  const getOrSet = computations(fc, [NO_GRACE, ...GRACES]);
  const update = fc.tuple(draft, plan).map(([parts, drawn]): Operation => ({ op: 'update', plan: drawn, ...parts }));
  const increment = fc.record({
    op: fc.constant('increment' as const),
    key,
    by: fc.constantFrom(...INCREMENTS),
    options,
  });
  const touch = fc.record({ op: fc.constant('touch' as const), key, ttl: fc.constantFrom(...TOUCHES) });
  const mistake = fc.record({ op: fc.constant('mistake' as const), mistake: fc.constantFrom(...MISTAKES), key });
  return [
    weighted(8, set),
    weighted(6, ofKey('get')),
    weighted(1, ofKey('getOrDefault')),
    weighted(2, ofKey('lookup')),
    weighted(1, ofKey('exists')),
    weighted(1, ofKey('getMetadata')),
    weighted(3, ofKey('delete')),
    weighted(5, getOrSet),
    weighted(2, add),
    weighted(2, update),
    weighted(2, increment),
    weighted(2, touch),
    weighted(1, ofKey('take')),
    weighted(
      2,
      fc.array(draft, { maxLength: 3 }).map((drawn): Operation => ({ op: 'setMany', drafts: drawn })),
    ),
    weighted(
      2,
      keys.map((names): Operation => ({ op: 'getMany', keys: names })),
    ),
    weighted(
      1,
      keys.map((names): Operation => ({ op: 'deleteMany', keys: names })),
    ),
    weighted(
      1,
      fc.constantFrom(...PREFIXES).map((prefix): Operation => ({ op: 'keys', prefix })),
    ),
    weighted(1, fc.constant<Operation>({ op: 'cleanup' })),
    weighted(1, fc.constant<Operation>({ op: 'clear' })),
    weighted(1, mistake),
  ];
}

/** Calls of `getOrSet`, each with one of the graces. */
export function computations(fc: FastCheck, graces: readonly Grace[]): fc.Arbitrary<CommandOf<'getOrSet'>> {
  return fc
    .tuple(drafts(fc), fc.constantFrom(...PLANS), fc.constantFrom(...graces))
    .map(([parts, plan, grace]) => ({ op: 'getOrSet', plan, grace, ...parts }));
}

function drafts(fc: FastCheck): fc.Arbitrary<Draft> {
  return fc.record({
    key: fc.constantFrom(...DRAWN_KEYS),
    sample: fc.constantFrom(...DRAWN_SAMPLES),
    options: fc.constantFrom(...OPTIONS),
  });
}
