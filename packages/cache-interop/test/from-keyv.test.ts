import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { ManualClock } from '@glovebox/cache-core';
import { fromKeyv, type KeyvStore } from '@glovebox/cache-interop';
import Keyv5 from 'keyv';
import Keyv6, { KeyvMemoryAdapter } from 'keyv-6';
import { KeyvFile } from 'keyv-file';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryDirectory } from './support/caches.js';
import { BreakableMap, withoutListing } from './support/maps.js';

async function collect(items: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = [];
  for await (const item of items) list.push(item);
  return list.sort();
}

/** A store that writes down what it is told. */
class RecordingStore extends EventEmitter {
  readonly map = new Map<string, string>();
  readonly times: (number | undefined)[] = [];
  readonly disconnects: number[] = [];

  async get(key: string): Promise<string | undefined> {
    return this.map.get(key);
  }

  async set(key: string, value: string, ...[time]: [time?: number]): Promise<void> {
    this.times.push(time);
    this.map.set(key, value);
  }

  async delete(key: string): Promise<boolean> {
    return this.map.delete(key);
  }

  async clear(): Promise<void> {
    this.map.clear();
  }

  async *iterator(): AsyncGenerator<[string, string]> {
    yield* this.map;
  }

  async disconnect(): Promise<void> {
    this.disconnects.push(this.listenerCount('error'));
  }
}

describe('a cache in a Keyv store', () => {
  it('keeps values of every type as text', async () => {
    const map = new Map<string, string>();
    await using cache = fromKeyv(map);
    const value = { at: new Date(0), names: new Set(['a']), bytes: new Uint8Array([1, 255]) };
    await cache.set('a', value, { ttl: '1h', tags: ['t'] });
    expect(await cache.get('a')).toEqual(value);
    expect(typeof map.get('a')).toBe('string');
    expect(await fromKeyv(map).getMetadata('a')).toMatchObject({ ttlSeconds: 3_600, tags: ['t'] });
  });

  it('takes what others wrote for a miss, and leaves it where it is', async () => {
    const map = new Map<string, unknown>([
      ['text', 'of others'],
      ['number', 1],
      ['object', { value: 1 }],
    ]);
    await using cache = fromKeyv(map);
    await cache.set('own', 1, { ttl: 1 });
    expect(await cache.getMany(['text', 'number', 'object'])).toEqual(new Map());
    expect(await collect(cache.keys())).toEqual(['own']);
    await cache.cleanup();
    await cache.clear();
    expect([...map.keys()]).toEqual(['text', 'number', 'object']);
    expect((await cache.getStats()).errorCount).toBe(0);
  });

  it('has no value of another key, where the store takes two keys for one', async () => {
    // keyv 5 puts no namespace before a key that seems to have it.
    await using cache = fromKeyv(new Keyv5({ store: new Map(), namespace: 'app' }));
    await cache.set('a', 1);
    await cache.set('app:a', 2);
    expect([await cache.get('a'), await cache.get('app:a')]).toEqual([undefined, 2]);
    expect(await collect(cache.keys())).toEqual(['app:a']);
  });

  it('counts a damaged text as an error and removes it', async () => {
    const map = new Map<string, string>();
    await using cache = fromKeyv(map);
    await cache.set('a', 'value');
    map.set('a', (map.get('a') ?? '').replace('"value"', '"valve"'));
    expect(await cache.get('a')).toBeUndefined();
    expect((await cache.getStats()).errorCount).toBe(1);
    expect(map.size).toBe(0);
  });

  it('tells the store how long to keep an entry, its grace included', async () => {
    const store = new RecordingStore();
    await using cache = fromKeyv(store, { defaultTtl: null });
    await cache.set('never', 1);
    await cache.set('minute', 1, { ttl: 60 });
    await cache.getOrSet('graced', () => 1, { ttl: 60, grace: 60 });
    const [never, minute, graced] = store.times;
    expect(never).toBeUndefined();
    expect(minute).toBeGreaterThan(59_000);
    expect(minute).toBeLessThanOrEqual(60_000);
    expect(graced).toBeGreaterThan(119_000);
    expect(graced).toBeLessThanOrEqual(120_000);
  });

  it('tells a store that wants an instant the instant', async () => {
    const store = Object.assign(new RecordingStore(), { capabilities: { expires: true } });
    await using cache = fromKeyv(store);
    const before = Date.now();
    await cache.set('a', 1, { ttl: 60 });
    expect(store.times[0]).toBeGreaterThanOrEqual(before + 60_000);
    expect(store.times[0]).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it('does not, with a clock of its own: the store goes by another', async () => {
    const store = new RecordingStore();
    await using cache = fromKeyv(store, { clock: new ManualClock() });
    await cache.set('a', 1, { ttl: 60 });
    expect(store.times).toEqual([undefined]);
  });

  it.each([
    ['keyv 5', () => new Keyv5()],
    ['keyv 6', () => new Keyv6()],
    ['an adapter of keyv 6', () => new KeyvMemoryAdapter(new Map())],
  ])('gives %s times that it understands', async (_name, open: () => KeyvStore) => {
    const store = open();
    await using cache = fromKeyv(store);
    await cache.set('short', 1, { ttl: '1m' });
    await cache.set('long', 2, { ttl: '1h' });
    // Keyv has no clock to be given.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 });
    onTestFinished(() => void vi.useRealTimers());
    expect(await cache.getMany(['short', 'long'])).toEqual(new Map([['long', 2]]));
    // The store itself has forgotten it.
    expect(await store.get('short')).toBeUndefined();
    expect(await store.get('long')).toBeDefined();
  });

  it('is there again when a file is opened anew', async () => {
    const filename = join(temporaryDirectory(), 'keyv.json');
    const open = () => fromKeyv(new KeyvFile({ filename, writeDelay: 0 }), { persistent: true });
    const earlier = open();
    await earlier.set('a', new Map([[1, 2]]));
    await earlier.close();
    await using cache = open();
    expect(cache.capabilities.persistent).toBe(true);
    expect(await cache.get('a')).toEqual(new Map([[1, 2]]));
    expect(await collect(cache.keys())).toEqual(['a']);
  });

  it('keeps limits that count what it finds', async () => {
    const map = new Map<string, string>();
    await fromKeyv(map).setMany([1, 2, 3].map((n) => [`key ${n}`, n]));
    await using cache = fromKeyv(map, { maxEntries: 3 });
    await cache.set('key 4', 4);
    expect(map.size).toBe(3);
    expect(await cache.get('key 4')).toBe(4);
  });

  it('disconnects the store when it is closed, unless told not to', async () => {
    const store = new RecordingStore();
    await fromKeyv(store, { disconnectOnClose: false }).close();
    expect(store.disconnects).toEqual([]);
    expect(store.listenerCount('error')).toBe(0);
    await fromKeyv(store).close();
    expect(store.disconnects).toEqual([1]);
  });
});

describe('a store with faults', () => {
  it('that tells one while nothing is asked of it ends no program, and the fault is told', async () => {
    const store = new RecordingStore();
    await using cache = fromKeyv(store);
    const told: unknown[] = [];
    cache.on('error', ({ error }) => told.push(error));
    store.emit('error', new Error('the connection is lost'));
    expect(told).toMatchObject([{ code: 'CACHE_BACKEND_FAILED', cause: { message: 'the connection is lost' } }]);
    expect((await cache.getStats()).errorCount).toBe(1);
  });

  it('that tells one and answers as if nothing were there has failed that call, once', async () => {
    const map = new BreakableMap();
    await using cache = fromKeyv(new Keyv6({ store: map }));
    await cache.set('a', 1);
    const told: unknown[] = [];
    cache.on('error', ({ operation, key }) => told.push(`${operation} ${key}`));
    map.isBroken = true;
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.set('a', 2)).toBe(false);
    expect(await cache.delete('a')).toBe(false);
    map.isBroken = false;
    expect(told).toEqual(['get a', 'set a', 'delete a']);
    expect(await cache.get('a')).toBe(1);
  });

  it('that tells one during a call which gets its answer is told once, as a fault of none', async () => {
    const store = new RecordingStore();
    await using cache = fromKeyv(store);
    await cache.setMany([
      ['a', 1],
      ['b', 2],
    ]);
    const told: string[] = [];
    cache.on('error', ({ operation, key }) => told.push(`${operation} ${key}`));
    const reading = cache.getMany(['a', 'b']);
    await Promise.resolve();
    store.emit('error', new Error('the connection flickers'));
    expect((await reading).size).toBe(2);
    expect(told).toEqual(['open undefined']);
  });

  it('that answers a set with false has refused it', async () => {
    const store = { get: () => undefined, set: async () => false, delete: () => true, clear: () => {} };
    await using cache = fromKeyv(store);
    expect(await cache.set('a', 1)).toBe(false);
    expect((await cache.getStats()).errorCount).toBe(1);
  });
});

describe('a store that cannot be listed', () => {
  it.each([
    ['by itself', (map: Map<string, string>) => withoutListing(map)],
    ['in keyv 5', (map: Map<string, string>) => new Keyv5({ store: withoutListing(map) })],
    ['in keyv 6', (map: Map<string, string>) => new Keyv6({ store: withoutListing(map) })],
  ])('%s has no limits, is not said to be persistent, and lists what this instance knows', async (_name, open) => {
    const map = new Map<string, string>();
    await fromKeyv(open(map)).setMany([
      ['a', 1],
      ['b', 2],
    ]);
    await using cache = fromKeyv(open(map), { persistent: true });
    expect(cache.capabilities).toMatchObject({ persistent: false, limits: { entries: false, bytes: false } });
    expect(await cache.get('a')).toBe(1);
    await cache.set('c', 3);
    expect(await collect(cache.keys())).toEqual(['a', 'c']);
    expect((await cache.getStats()).totalEntries).toBe(2);
    await cache.clear();
    expect(map.size).toBe(0);
    expect(() => fromKeyv(open(map), { maxEntries: 5 })).toThrow(/maxEntries is 5; allowed is none, since the store/);
  });
});

describe('fromKeyv', () => {
  it('refuses what is no store, and options that do not exist', () => {
    for (const wrong of [undefined, 'redis://localhost', {}, { get() {}, set() {} }]) {
      expect(() => fromKeyv(wrong as never)).toThrow(/fromKeyv: the store is/);
    }
    expect(() => fromKeyv(new Map(), { persistant: true } as never)).toThrow(/did you mean 'persistent'/);
  });
});
