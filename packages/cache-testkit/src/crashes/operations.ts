import type { CacheManager, CacheStats } from '@glovebox/cache-core';
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
  /** What the process does to the stored entries beforehand. */
  prepare?(cache: CacheManager): Promise<unknown>;
  /** @param open a new instance on the store */
  run(cache: CacheManager, open: () => Promise<CacheManager>): Promise<unknown>;
}

const KEPT = { kept: 'kept', 'kept bytes': new Uint8Array(100).fill(7) };
const LARGE_BYTES = 100_000;
/** In more than one piece, wherever a backend draws the line. */
const STREAM_BYTES = 600_000;
const large = (fill: number) => new Uint8Array(LARGE_BYTES).fill(fill);
const MANY = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`many ${index}`, { index }]));

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
