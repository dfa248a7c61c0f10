import type fc from 'fast-check';
import type {
  CommandOf,
  Draft,
  DraftOptions,
  FunctionPlan,
  Grace,
  ListedOptions,
  Mistake,
  Operation,
  TouchTtl,
} from './command.js';
import { SAMPLES, SIZED_SAMPLES, STREAM_SAMPLES } from './samples.js';

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
const LISTINGS: readonly ListedOptions[] = [
  {},
  ...['', 'a', 'a/', '__', 'e', '%'].map((prefix) => ({ prefix })),
  { tag: 'a' },
  { tag: 'b' },
  { prefix: 'a', tag: 'b' },
  { olderThan: 1 },
  { youngerThan: 1 },
  { tag: 'b', youngerThan: 2.5, olderThan: 0.001 },
];
/** None of them, one that nothing has, and those of `OPTIONS`. */
const INVALIDATIONS: readonly (readonly string[])[] = [['b'], ['a'], ['c', 'a'], ['a', 'b'], ['A'], []];

const OPTIONS: readonly DraftOptions[] = [
  { given: undefined, ttlSeconds: undefined, tags: undefined },
  { given: { ttl: 1 }, ttlSeconds: 1, tags: undefined },
  { given: { ttl: '2500ms' }, ttlSeconds: 2.5, tags: undefined },
  { given: { ttl: null }, ttlSeconds: null, tags: undefined },
  { given: { ttl: 5, tags: ['b', 'a'] }, ttlSeconds: 5, tags: ['b', 'a'] },
  { given: { tags: ['b'] }, ttlSeconds: undefined, tags: ['b'] },
  { given: { ttl: 1, tags: ['a'] }, ttlSeconds: 1, tags: ['a'] },
  { given: { ttl: 5, sliding: true }, ttlSeconds: 5, tags: undefined, sliding: true },
  { given: { ttl: 1, sliding: true, tags: ['b'] }, ttlSeconds: 1, tags: ['b'], sliding: true },
];
// Given to cache after cache: what one did to them would be another's fault.
for (const { given } of OPTIONS) Object.freeze(given);
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
  'invalidateTags of a text',
  'set with sliding of 1',
  'setStream of texts',
  'touch with a ttl of 0',
];

/** What draws, and the options that it draws from. */
export interface Draw {
  readonly fc: FastCheck;
  readonly options: readonly DraftOptions[];
}

/** @param canSlide `false` for a backend that does not say so: what it makes of `sliding` is its own affair */
export function createDraw(fc: FastCheck, canSlide: boolean): Draw {
  return { fc, options: OPTIONS.filter(({ sliding }) => canSlide || sliding !== true) };
}

export function weighted<T>(weight: number, arbitrary: fc.Arbitrary<T>): Weighted<T> {
  return { weight, arbitrary };
}

/** What is asked of a cache or of a namespace, each as often as its weight. */
export function operations(draw: Draw): Weighted<Operation>[] {
  const { fc } = draw;
  const keys = fc.array(drawnKey(draw), { maxLength: 4 });
  const ofKey = (op: 'getStream' | 'get' | 'lookup' | 'exists' | 'getMetadata' | 'delete' | 'take' | 'getOrDefault') =>
    drawnKey(draw).map((key): Operation => ({ op, key }));
  const { set, add, update, increment, touch } = writes(draw);
  const mistake = fc.constantFrom(...MISTAKES);
  return [
    weighted(8, set),
    weighted(6, ofKey('get')),
    weighted(1, ofKey('getOrDefault')),
    weighted(2, ofKey('lookup')),
    weighted(1, ofKey('exists')),
    weighted(1, ofKey('getMetadata')),
    weighted(3, ofKey('delete')),
    weighted(4, computations(draw, [NO_GRACE, ...GRACES])),
    weighted(2, add),
    weighted(2, update),
    weighted(2, increment),
    weighted(2, touch),
    weighted(1, ofKey('take')),
    weighted(1, streams(draw)),
    weighted(1, ofKey('getStream')),
    weighted(2, fc.record({ op: fc.constant('setMany'), drafts: fc.array(drafts(draw), { maxLength: 3 }) })),
    weighted(2, fc.record({ op: fc.constant('getMany'), keys })),
    weighted(1, fc.record({ op: fc.constant('deleteMany'), keys })),
    weighted(1, fc.record({ op: fc.constantFrom('keys', 'entries'), options: fc.constantFrom(...LISTINGS) })),
    weighted(1, invalidations(draw)),
    weighted(1, fc.constant({ op: 'cleanup' })),
    weighted(1, fc.constant({ op: 'clear' })),
    weighted(1, fc.record({ op: fc.constant('mistake'), mistake, key: drawnKey(draw) })),
  ];
}

/** What writes an entry, or changes one, of one key. */
export function writes(draw: Draw) {
  const { fc } = draw;
  const key = drawnKey(draw);
  const options = fc.constantFrom(...draw.options);
  return {
    set: drafts(draw).map((draft): Operation => ({ op: 'set', ...draft })),
    add: drafts(draw).map((draft): Operation => ({ op: 'add', ...draft })),
    update: fc
      .tuple(drafts(draw), fc.constantFrom(...PLANS))
      .map(([draft, plan]) => ({ op: 'update' as const, plan, ...draft })),
    increment: fc.record({ op: fc.constant('increment' as const), key, by: fc.constantFrom(...INCREMENTS), options }),
    touch: fc.record({ op: fc.constant('touch' as const), key, ttl: fc.constantFrom(...TOUCHES) }),
  };
}

/** Calls of `getOrSet`, each with one of the graces. */
export function computations(draw: Draw, graces: readonly Grace[]): fc.Arbitrary<CommandOf<'getOrSet'>> {
  const { fc } = draw;
  return fc
    .tuple(drafts(draw), fc.constantFrom(...PLANS), fc.constantFrom(...graces))
    .map(([parts, plan, grace]) => ({ op: 'getOrSet', plan, grace, ...parts }));
}

export function streams(draw: Draw): fc.Arbitrary<CommandOf<'setStream'>> {
  const { fc, options } = draw;
  return fc.record({
    op: fc.constant('setStream' as const),
    key: drawnKey(draw),
    sample: fc.constantFrom(...STREAM_SAMPLES),
    options: fc.constantFrom(...options),
    isFailing: fc.constantFrom(false, false, true),
  });
}

export function invalidations({ fc }: Draw): fc.Arbitrary<CommandOf<'invalidateTags'>> {
  return fc.record({ op: fc.constant('invalidateTags' as const), tags: fc.constantFrom(...INVALIDATIONS) });
}

export function drawnKey({ fc }: Draw): fc.Arbitrary<string> {
  return fc.constantFrom(...DRAWN_KEYS);
}

export function drafts(draw: Draw): fc.Arbitrary<Draft> {
  const { fc, options } = draw;
  return fc.record({
    key: drawnKey(draw),
    sample: fc.constantFrom(...DRAWN_SAMPLES),
    options: fc.constantFrom(...options),
  });
}
