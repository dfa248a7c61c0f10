import type { Readable } from 'node:stream';
import {
  BaseCacheManager,
  type BaseCacheOptions,
  type CacheErrorCode,
  type CacheManager,
  type CacheMetadata,
  type CacheStats,
  type Codec,
  type DurationString,
  type EncodedValue,
  isCacheError,
  memoize,
  type StoredEntry,
  type Ttl,
} from '@glovebox/cache-core';
import { warm } from '@glovebox/cache-core/warm';
import type { capabilities } from './support/map-cache.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_T extends true>(): void {}

declare const cache: CacheManager;
type Capabilities = typeof capabilities;

export async function reads(): Promise<void> {
  const unknownValue = await cache.get('a');
  holds<Equal<typeof unknownValue, unknown>>();
  const typed = await cache.get<number>('a');
  holds<Equal<typeof typed, number | undefined>>();
  const withDefault = await cache.get<number, null>('a', null);
  holds<Equal<typeof withDefault, number | null>>();
  const found = await cache.lookup<string>('a');
  // @ts-expect-error a miss has no value
  found.value;
  if (found.hit) {
    holds<Equal<typeof found.value, string>>();
    holds<Equal<typeof found.metadata, CacheMetadata>>();
  }
  const many = await cache.getMany<number>(['a']);
  holds<Equal<typeof many, Map<string, number>>>();
  const computed = await cache.getOrSet('a', async () => ({ n: 1 }));
  holds<Equal<typeof computed, { n: number }>>();
  const stats: CacheStats = await cache.getStats();
  // @ts-expect-error a snapshot is read-only
  stats.hitCount = 1;
}

export async function writes(): Promise<void> {
  await cache.set('a', 1, { ttl: '5m', tags: ['x'] });
  await cache.set('a', 1, { ttl: null });
  await cache.setMany(new Map([['a', 1]]));
  await cache.setMany([['a', 1, { ttl: 5 }]]);
  // @ts-expect-error a duration has a unit
  await cache.set('a', 1, { ttl: '5' });
  // @ts-expect-error there is no such option
  await cache.set('a', 1, { ttlSeconds: 5 });
  // @ts-expect-error a ttl is no option but a field of one
  await cache.set('a', 1, 60);
  // @ts-expect-error a key is text
  await cache.set(1, 1);
}

export async function streams(node: Readable, web: ReadableStream<Uint8Array>, other: OtherWebStream): Promise<void> {
  await cache.setStream('a', node, { ttl: '5m', tags: ['x'], signal: new AbortController().signal });
  await cache.setStream('a', web);
  await cache.setStream('a', other);
  await cache.setStream('a', [new Uint8Array(1), Buffer.from('a')]);
  // @ts-expect-error bytes in one piece are for set
  await cache.setStream('a', Buffer.from('a'));
  // @ts-expect-error texts are no bytes
  await cache.setStream('a', ['text']);
  // @ts-expect-error there is no such option
  await cache.setStream('a', node, { grace: 5 });
  const stream = await cache.getStream('a');
  holds<Equal<typeof stream, Readable | undefined>>();
}

/** As the types of browsers have it that know no async iteration. */
interface OtherWebStream {
  getReader(options: { mode: 'byob' }): { read(view: Uint8Array): Promise<{ done: boolean; value?: Uint8Array }> };
  getReader(): {
    read(): Promise<{ done: false; value: Uint8Array } | { done: true; value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
    releaseLock(): void;
  };
}

export async function computed(): Promise<void> {
  const value = await cache.getOrSet('a', async ({ signal, setTtl }) => {
    setTtl('5m');
    return { aborted: signal.aborted };
  });
  holds<Equal<typeof value, { aborted: boolean }>>();
  await cache.getOrSet('a', () => ({ ok: true }), {
    grace: '1h',
    softTimeout: 0,
    refreshAhead: 0.8,
    shouldCache: ({ ok }) => ok,
  });
  // @ts-expect-error an earlier value may be of any type
  await cache.getOrSet('a', ({ previous }) => previous.length);
  // @ts-expect-error a grace ends
  await cache.getOrSet('a', () => 1, { grace: null });
  const area = memoize(cache, 'area', (width: number, height: number) => width * height);
  holds<Equal<typeof area, (width: number, height: number) => Promise<number>>>();
  // @ts-expect-error the key is made of the function's own arguments
  memoize(cache, 'area', (width: number) => width, { key: (width: string) => width });
}

export async function warmed(): Promise<void> {
  const { failures } = await warm(cache, new Set(['a']), async (key) => ({ length: key.length }), {
    concurrency: 8,
    shouldCache: ({ length }) => length > 0,
    onProgress: ({ totalCount }) => totalCount?.toFixed(),
  });
  holds<Equal<(typeof failures)[number]['error'], unknown>>();
  // @ts-expect-error keys are text
  await warm(cache, [1, 2], (key) => key);
  // @ts-expect-error nobody waits for a value
  await warm(cache, ['a'], (key) => key, { softTimeout: 0 });
}

export async function changed(): Promise<void> {
  const list = await cache.update<string[]>('a', (items = []) => [...items, 'b']);
  holds<Equal<typeof list, string[] | undefined>>();
  const sum = await cache.increment('a', 2, { ttl: '1m' });
  holds<Equal<typeof sum, number | undefined>>();
  const taken = await cache.take<Date>('a');
  holds<Equal<typeof taken, Date | undefined>>();
  // @ts-expect-error the value may be missing
  await cache.update<number>('a', (value) => value + 1);
  // @ts-expect-error bigints are not incremented
  await cache.increment('a', 1n);
}

export function listeners(part: CacheManager): void {
  for (const each of [cache, part.namespace('a')]) {
    const stop = each.on('hit', ({ key }) => holds<Equal<typeof key, string>>());
    holds<Equal<typeof stop, () => void>>();
    each.on('error', ({ operation, key, error }) => {
      holds<Equal<typeof operation, string>>();
      holds<Equal<typeof key, string | undefined>>();
      holds<Equal<typeof error.code, CacheErrorCode>>();
    });
    each.on('clear', (event) => holds<Equal<keyof typeof event, never>>());
    // @ts-expect-error there is no such event
    each.on('get', () => {});
    // @ts-expect-error an event has no value
    each.on('set', ({ value }) => value);
    // @ts-expect-error a clearing has no key
    each.on('clear', ({ key }) => key);
  }
}

export function parts(): CacheManager {
  // @ts-expect-error a namespace has a name
  cache.namespace();
  return cache.namespace('a').namespace('b');
}

const durations: DurationString[] = ['250ms', '30s', '1.5h', '7d'];
const ttls: Ttl[] = [1, '5m', null, ...durations];
// @ts-expect-error weeks are no unit
const weeks: DurationString = '2w';
export const used = [ttls, weeks];

export function errors(error: unknown): CacheErrorCode | undefined {
  // @ts-expect-error the set of codes is closed
  isCacheError(error, 'CACHE_UNKNOWN');
  return isCacheError(error) ? error.code : undefined;
}

// @ts-expect-error a backend that forgets a hook does not compile: listEntries
export class Forgetful extends BaseCacheManager {
  readonly name = 'forgetful';
  declare readonly capabilities: Capabilities;
  protected override readEntry(): undefined {}
  protected override writeEntry(): void {}
  protected override removeEntry(): boolean {
    return false;
  }
}

class Complete<P = EncodedValue> extends BaseCacheManager<P> {
  readonly name = 'complete';
  declare readonly capabilities: Capabilities;
  protected override readEntry(_key: string): StoredEntry<P> | undefined {
    return undefined;
  }
  protected override async writeEntry(): Promise<void> {}
  protected override removeEntry(): boolean {
    return false;
  }
  protected override *listEntries(): Generator<CacheMetadata> {}
}

class Encoded extends Complete {
  constructor(options?: BaseCacheOptions) {
    super(options);
  }
}

class Live extends Complete<{ live: unknown }> {}

declare const codec: Codec<{ live: unknown }>;
declare const encoded: Codec<EncodedValue>;

export const caches: CacheManager[] = [new Encoded(), new Complete<EncodedValue>({}, encoded), new Live({}, codec)];
// @ts-expect-error a codec is needed by whoever stores anything but encoded values
export const withoutCodec = new Live({});
// @ts-expect-error a codec of something else does not do
export const withWrongCodec = new Live({}, encoded);

new Encoded().on('hit', ({ key }) => key.length);
new Encoded().on('error', ({ error, operation, key }) => [error.code, operation, key?.length]);
// @ts-expect-error there is no such event
new Encoded().on('hits', () => {});
