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
  const keys = fc.array(drawnKey(fc), { maxLength: 4 });
  const ofKey = (op: 'get' | 'lookup' | 'exists' | 'getMetadata' | 'delete' | 'take' | 'getOrDefault') =>
    drawnKey(fc).map((key): Operation => ({ op, key }));
  const { set, add, update, increment, touch } = writes(fc);
  const mistake = fc.constantFrom(...MISTAKES);
  return [
    weighted(8, set),
    weighted(6, ofKey('get')),
    weighted(1, ofKey('getOrDefault')),
    weighted(2, ofKey('lookup')),
    weighted(1, ofKey('exists')),
    weighted(1, ofKey('getMetadata')),
    weighted(3, ofKey('delete')),
    weighted(4, computations(fc, [NO_GRACE, ...GRACES])),
    weighted(2, add),
    weighted(2, update),
    weighted(2, increment),
    weighted(2, touch),
    weighted(1, ofKey('take')),
    weighted(2, fc.record({ op: fc.constant('setMany'), drafts: fc.array(drafts(fc), { maxLength: 3 }) })),
    weighted(2, fc.record({ op: fc.constant('getMany'), keys })),
    weighted(1, fc.record({ op: fc.constant('deleteMany'), keys })),
    weighted(1, fc.record({ op: fc.constant('keys'), prefix: fc.constantFrom(...PREFIXES) })),
    weighted(1, fc.constant({ op: 'cleanup' })),
    weighted(1, fc.constant({ op: 'clear' })),
    weighted(1, fc.record({ op: fc.constant('mistake'), mistake, key: drawnKey(fc) })),
  ];
}

/** What writes an entry, or changes one, of one key. */
export function writes(fc: FastCheck) {
  const key = drawnKey(fc);
  const options = fc.constantFrom(...OPTIONS);
  return {
    set: drafts(fc).map((draft): Operation => ({ op: 'set', ...draft })),
    add: drafts(fc).map((draft): Operation => ({ op: 'add', ...draft })),
    update: fc
      .tuple(drafts(fc), fc.constantFrom(...PLANS))
      .map(([draft, plan]): Operation => ({ op: 'update', plan, ...draft })),
    increment: fc.record({ op: fc.constant('increment' as const), key, by: fc.constantFrom(...INCREMENTS), options }),
    touch: fc.record({ op: fc.constant('touch' as const), key, ttl: fc.constantFrom(...TOUCHES) }),
  };
}

/** Calls of `getOrSet`, each with one of the graces. */
export function computations(fc: FastCheck, graces: readonly Grace[]): fc.Arbitrary<CommandOf<'getOrSet'>> {
  return fc
    .tuple(drafts(fc), fc.constantFrom(...PLANS), fc.constantFrom(...graces))
    .map(([parts, plan, grace]) => ({ op: 'getOrSet', plan, grace, ...parts }));
}

export function drawnKey(fc: FastCheck): fc.Arbitrary<string> {
  return fc.constantFrom(...DRAWN_KEYS);
}

function drafts(fc: FastCheck): fc.Arbitrary<Draft> {
  return fc.record({
    key: drawnKey(fc),
    sample: fc.constantFrom(...DRAWN_SAMPLES),
    options: fc.constantFrom(...OPTIONS),
  });
}
