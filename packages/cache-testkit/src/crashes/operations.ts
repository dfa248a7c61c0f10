import type { CacheManager, CacheStats } from '@glovebox/cache-core';
import { metadataOf } from '../checks/helpers.js';
import { expectEqual, expectThat } from '../expect.js';
import type { CacheConfig } from '../target.js';

/** An operation that a process is killed in, and what others may find afterwards. */
export interface CrashOperation {
  /** As a failure shows it. */
  readonly call: string;
  /** What the store holds before, by key; the process has stored it, and each `set` has been acknowledged. */
  readonly before: Readonly<Record<string, unknown>>;
  /** What it holds once the operation has resolved. A key may have either value if the process was killed. */
  readonly after: Readonly<Record<string, unknown>>;
  /** What it counts if it is not killed; the rest is not foreseen. */
  readonly counts?: Readonly<Partial<CacheStats>>;
  readonly config?: CacheConfig;
  /** The operation may remove any entry that it did not write itself, to respect a limit. */
  readonly mayEvict?: boolean;
  /** The process finds what another one has left that was killed after storing `before`. */
  readonly isHeir?: boolean;
  /** Keys whose entries may be gone if the process was killed: what is known of their tags is, perhaps. */
  readonly mayForget?: readonly string[];
  /** What the operation changes it changes as a whole, or not at all, however many keys it concerns. */
  readonly isWhole?: boolean;
  /**
   * What the process does to the stored entries beforehand.
   * @param openLate a new instance on the store, whose clock is so many milliseconds late
   */
  prepare?(cache: CacheManager, openLate: (milliseconds: number) => Promise<CacheManager>): Promise<unknown>;
  /** @param open a new instance on the store */
  run(cache: CacheManager, open: () => Promise<CacheManager>): Promise<unknown>;
  /** What else others find of what is left, before they read it. */
  look?(cache: CacheManager, isAcknowledged: boolean): Promise<void>;
  /** What else others can do, after they have read it. */
  goOn?(cache: CacheManager): Promise<void>;
}

const KEPT = { kept: 'kept', 'kept bytes': new Uint8Array(100).fill(7) };
const LARGE_BYTES = 100_000;
/** In more than one piece, wherever a backend draws the line. */
const STREAM_BYTES = 600_000;
const large = (fill: number) => new Uint8Array(LARGE_BYTES).fill(fill);
/** So many, of tags so long, that a backend that keeps a list of them finds it worth shortening. */
const EARLIER_INVALIDATIONS = 16;
const longTag = (index: number) => `${index} ${'x'.repeat(16_000)}`;
const TAGS = { 'of a': ['a'], 'of both': ['b', 'a'], 'of b': ['b'], 'of c': ['c'] };
/** Of an entry that reads extend. At half of it, there is time enough to look at it, and much to extend. */
const SLIDING_MS = 120_000;
const MANY = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`many ${index}`, { index }]));

const INVALIDATION = {
  before: { ...KEPT, 'of a': 'old', 'of both': large(1), 'of b': 'old', 'of c': 'old' },
  after: { ...KEPT, 'of c': 'old', invalidated: undefined },
  isWhole: true,
  async prepare(cache: CacheManager) {
    await cache.set('invalidated', 'old', { tags: ['before'] });
    await cache.invalidateTags(['before']);
    for (const [key, tags] of Object.entries(TAGS))
      await cache.set(key, key === 'of both' ? large(1) : 'old', { tags });
  },
  async goOn(cache: CacheManager) {
    await cache.set('of a', 'new', { tags: ['a'] });
    expectEqual("get('of a') of an entry that was set afterwards", await cache.get('of a'), 'new');
    expectEqual("invalidateTags(['a'])", await cache.invalidateTags(['a']), true);
    expectEqual("get('of a') after that", await cache.get('of a'), undefined);
  },
};

/** Every operation that changes a store, by name. */
export const CRASH_OPERATIONS = {
  set: {
    call: "set('key', 'new')",
    before: KEPT,
    after: { ...KEPT, key: 'new' },
    counts: { setCount: 1 },
    run: (cache) => cache.set('key', 'new', { tags: ['crash'], ttl: '1h' }),
  },
  replace: {
    call: "set('key', 'new') over an older value",
    before: { ...KEPT, key: 'old' },
    after: { ...KEPT, key: 'new' },
    counts: { setCount: 1 },
    run: (cache) => cache.set('key', 'new'),
  },
  large: {
    call: `set('key', ${LARGE_BYTES} bytes) over as many others`,
    before: { ...KEPT, key: large(1) },
    after: { ...KEPT, key: large(2) },
    counts: { setCount: 1 },
    run: (cache) => cache.set('key', large(2)),
  },
  stream: {
    call: `setStream('key', ${STREAM_BYTES} bytes in pieces) over an older value`,
    before: { ...KEPT, key: large(1) },
    after: { ...KEPT, key: Buffer.alloc(STREAM_BYTES, 2) },
    counts: { setCount: 1 },
    run: (cache) => cache.setStream('key', Array<Uint8Array>(STREAM_BYTES / LARGE_BYTES).fill(large(2))),
  },
  delete: {
    call: "delete('key')",
    before: { ...KEPT, key: large(1) },
    after: KEPT,
    counts: { deleteCount: 1 },
    run: (cache) => cache.delete('key'),
  },
  'get-or-set': {
    call: "getOrSet('key', () => 'new')",
    before: KEPT,
    after: { ...KEPT, key: 'new' },
    counts: { missCount: 1, setCount: 1 },
    run: (cache) => cache.getOrSet('key', () => 'new'),
  },
  batch: {
    call: 'setMany of three entries',
    before: { ...KEPT, a: 'old' },
    after: { ...KEPT, a: 'new', b: 'new', c: 'new' },
    counts: { setCount: 3 },
    run: (cache) => cache.setMany(['a', 'b', 'c'].map((key) => [key, 'new'] as const)),
  },
  eviction: {
    call: "set('key', 'new') at a limit of six entries",
    before: MANY,
    after: { ...MANY, key: 'new' },
    counts: { setCount: 1, evictionCount: 1 },
    config: { maxEntries: 6 },
    mayEvict: true,
    run: (cache) => cache.set('key', 'new'),
  },
  clear: {
    call: 'clear()',
    before: { ...KEPT, ...MANY, large: large(1) },
    after: {},
    run: (cache) => cache.clear(),
  },
  cleanup: {
    call: 'cleanup() with expired entries',
    before: { ...KEPT, key: 'live' },
    after: { ...KEPT, key: 'live' },
    counts: { expiredCount: 2 },
    async prepare(cache) {
      await cache.setMany(['expired', 'expired too'].map((key) => [key, large(1), { ttl: '1ms' }] as const));
      const until = performance.now() + 3;
      while (performance.now() < until);
    },
    run: (cache) => cache.cleanup(),
  },
  invalidate: {
    call: "invalidateTags(['a', 'b']) with entries of both, of either, and of neither",
    ...INVALIDATION,
    run: (cache) => cache.invalidateTags(['a', 'b']),
  },
  'invalidate-late': {
    call: `invalidateTags(['a', 'b', …]) after ${EARLIER_INVALIDATIONS} others`,
    ...INVALIDATION,
    mayForget: ['of c'],
    async prepare(cache) {
      for (let index = 0; index < EARLIER_INVALIDATIONS; index++) await cache.invalidateTags([longTag(index)]);
      await INVALIDATION.prepare(cache);
    },
    run: (cache) => cache.invalidateTags(['a', 'b', longTag(EARLIER_INVALIDATIONS)]),
  },
  slide: {
    call: "get('key') of a sliding entry, at half of its ttl",
    before: { ...KEPT, key: 'old' },
    after: { ...KEPT, key: 'old' },
    counts: { hitCount: 1 },
    async prepare(_cache, openLate) {
      const late = await openLate(SLIDING_MS / 2);
      await late.set('key', 'old', { ttl: `${SLIDING_MS}ms`, sliding: true });
      await late.close();
    },
    run: (cache) => cache.get('key'),
    async look(cache, isAcknowledged) {
      const { createdAt, expiresAt } = await metadataOf(cache, 'key');
      const slidMs = (expiresAt ?? Number.POSITIVE_INFINITY) - createdAt - SLIDING_MS;
      const mostMs = Date.now() - createdAt;
      const isSlid = slidMs >= SLIDING_MS / 2 && slidMs <= mostMs;
      expectThat(
        `the expiry to be ${isAcknowledged ? '' : 'the old one, or '}${SLIDING_MS / 2} to ${mostMs} ms later than the old one`,
        isSlid || (slidMs === 0 && !isAcknowledged),
        expiresAt === null ? 'never' : `${slidMs} ms later`,
      );
    },
  },
  close: {
    call: 'close() after reads and writes',
    before: { ...KEPT, key: 'old' },
    after: { ...KEPT, key: 'old' },
    prepare: (cache) => cache.getMany(['key', 'kept', 'missing']),
    run: (cache) => cache.close(),
  },
  open: {
    call: 'create() and a first get',
    before: { ...KEPT, key: 'old' },
    after: { ...KEPT, key: 'old' },
    counts: { hitCount: 1 },
    prepare: (cache) => cache.close(),
    run: async (_cache, open) => (await open()).get('key'),
  },
  heir: {
    call: 'cleanup() and close() after another process was killed',
    before: { ...KEPT, key: 'old' },
    after: { ...KEPT, key: 'old' },
    isHeir: true,
    async run(cache) {
      await cache.cleanup();
      await cache.close();
    },
  },
} satisfies Record<string, CrashOperation>;

export type CrashOperationName = keyof typeof CRASH_OPERATIONS;

export function crashOperation(name: CrashOperationName): CrashOperation {
  return CRASH_OPERATIONS[name];
}
