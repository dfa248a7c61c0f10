import { ManualClock } from '@glovebox/cache-core';
import { toUnstorageDriver } from '@glovebox/cache-interop';
import { createMemoryCache } from '@glovebox/cache-memory';
import { createStorage, prefixStorage, restoreSnapshot, snapshot } from 'unstorage';
import { afterEach, describe, expect, it } from 'vitest';
import { KINDS, sharedCache } from './support/caches.js';

/** What unstorage expects of a driver, asked through its own storage. */
describe.each(KINDS)('a storage over the %s cache', (kind) => {
  const cache = sharedCache(kind);
  const open = () => createStorage({ driver: toUnstorageDriver(cache()) });
  afterEach(() => cache().clear());

  it('is empty at first, and when it is cleared, twice too', async () => {
    const storage = open();
    expect(await storage.hasItem('a:b')).toBe(false);
    expect(await storage.getItem('a:b')).toBeNull();
    expect(await storage.getItemRaw('a:b')).toBeNull();
    expect(await storage.getKeys()).toEqual([]);
    await storage.setItem('a:b', 1);
    await storage.clear();
    await storage.clear();
    expect(await storage.getKeys()).toEqual([]);
  });

  it('keeps text, numbers, booleans and null-like values as unstorage writes and reads them', async () => {
    const storage = open();
    const values = {
      text: 'plain',
      empty: '',
      zero: 0,
      no: false,
      yes: true,
      big: 1e21,
      list: [1, [2]],
      nested: { a: { b: null } },
    };
    for (const [key, value] of Object.entries(values)) await storage.setItem(key, value);
    for (const [key, value] of Object.entries(values)) expect(await storage.getItem(key), key).toEqual(value);
    await storage.setItem('date', { toJSON: () => ({ made: 'by toJSON' }) });
    expect(await storage.getItem('date')).toEqual({ made: 'by toJSON' });
    await expect(storage.setItem('class', new (class Unknown {})())).rejects.toThrow('Cannot stringify');
  });

  it('takes keys in any spelling of unstorage', async () => {
    const storage = open();
    await storage.setItem('/data/a.json?version=1', { n: 1 });
    for (const key of ['data:a.json', 'data/a.json', '/data//a.json', 'data\\a.json', 'data:a.json?version=2']) {
      expect(await storage.getItem(key), key).toEqual({ n: 1 });
    }
    expect(await storage.getKeys()).toEqual(['data:a.json']);
  });

  it('lists all keys, those below a base, and those down to a depth', async () => {
    const storage = open();
    for (const key of ['top', 'a:one', 'a:b:two', 'a:b:c:three', 'ab:four']) await storage.setItem(key, key);
    expect((await storage.getKeys()).sort()).toEqual(['a:b:c:three', 'a:b:two', 'a:one', 'ab:four', 'top']);
    expect((await storage.getKeys('a')).sort()).toEqual(['a:b:c:three', 'a:b:two', 'a:one']);
    expect((await storage.getKeys('a/b/')).sort()).toEqual(['a:b:c:three', 'a:b:two']);
    expect((await storage.getKeys(undefined, { maxDepth: 0 })).sort()).toEqual(['top']);
    expect((await storage.getKeys(undefined, { maxDepth: 1 })).sort()).toEqual(['a:one', 'ab:four', 'top']);
  });

  it('clears what is below a base, and nothing beside it', async () => {
    const storage = open();
    for (const key of ['a:one', 'a:b:two', 'ab:three']) await storage.setItem(key, key);
    // Asked of the driver: unstorage 1 itself clears whole mounts only.
    await toUnstorageDriver(cache()).clear('a:');
    expect(await storage.getKeys()).toEqual(['ab:three']);
    await createStorage().mount('cache', toUnstorageDriver(cache())).clear('cache');
    expect(await storage.getKeys()).toEqual([]);
  });

  it('removes items, missing ones too, and those that are set to undefined', async () => {
    const storage = open();
    await storage.setItem('a', 1);
    await storage.removeItem('a');
    await storage.removeItem('a');
    await storage.setItem('b', 1);
    await storage.setItem('b', undefined as never);
    expect([await storage.hasItem('a'), await storage.hasItem('b')]).toEqual([false, false]);
  });

  it('keeps bytes and other raw values as what they are', async () => {
    const storage = open();
    const values = {
      bytes: new Uint8Array([0, 255, 10]),
      buffer: Buffer.from('raw'),
      map: new Map([[1, new Date(0)]]),
      text: 'raw',
    };
    for (const [key, value] of Object.entries(values)) await storage.setItemRaw(key, value);
    for (const [key, value] of Object.entries(values)) expect(await storage.getItemRaw(key), key).toEqual(value);
  });

  it('writes and reads many items at once, missing ones as null', async () => {
    const storage = open();
    await storage.setItems<string | object>([
      { key: 'a/1', value: 'one' },
      { key: 'a:2', value: { n: 2 } },
    ]);
    expect(await storage.getItems(['a:1', { key: 'a/2?x' }, 'a:3'])).toEqual([
      { key: 'a:1', value: 'one' },
      { key: 'a:2', value: { n: 2 } },
      { key: 'a:3', value: null },
    ]);
  });

  it('knows when an item was written and read, how large it is and how long it stays', async () => {
    const storage = open();
    const before = Date.now() - 1;
    await storage.setItem('a', 'text', { ttl: 60 });
    const { mtime, atime, size, ttl } = await storage.getMeta('a');
    expect(mtime).toBeInstanceOf(Date);
    expect(Number(mtime)).toBeGreaterThanOrEqual(before);
    expect(Number(atime)).toBeGreaterThanOrEqual(before);
    expect(size).toBeGreaterThan(3);
    expect(ttl).toBeGreaterThan(50);
    expect(ttl).toBeLessThanOrEqual(60);
    await storage.setItem('b', 'text', { ttl: 0 });
    expect(await storage.getMeta('b')).not.toHaveProperty('ttl');
    expect(await storage.getMeta('missing')).toEqual({});
  });

  it('keeps meta data of the caller beside an item, which no list shows', async () => {
    const storage = open();
    await storage.setItem('a', 1);
    await storage.setMeta('a', { owner: 'Ada' });
    expect(await storage.getMeta('a')).toMatchObject({ owner: 'Ada', size: expect.any(Number) });
    expect(await storage.getKeys()).toEqual(['a']);
    await storage.removeItem('a', { removeMeta: true });
    expect(await cache().exists('a$')).toBe(false);
  });

  it('serves prefixes, mounts and snapshots', async () => {
    const storage = createStorage().mount('cache', toUnstorageDriver(cache()));
    await storage.setItem('elsewhere', 1);
    await restoreSnapshot(storage, { 'cache:a': 'one' });
    const prefixed = prefixStorage(storage, 'cache');
    await prefixed.setItem('b', 'two');
    expect((await storage.getKeys()).sort()).toEqual(['cache:a', 'cache:b', 'elsewhere']);
    expect(await snapshot(storage, 'cache')).toEqual({ a: 'one', b: 'two' });
    expect(await cache().get('a')).toBe('one');
  });

  it('tells who watches of what is written and removed, through it or through the cache', async () => {
    const storage = open();
    const heard: string[] = [];
    const unwatch = await storage.watch((event, key) => heard.push(`${event} ${key}`));
    await storage.setItem('a', 1);
    await cache().set('b', 2);
    await storage.removeItem('a');
    await unwatch();
    await storage.setItem('c', 3);
    expect(heard).toEqual(['update a', 'update b', 'remove a']);
  });

  it('does not list keys of the cache that unstorage could not ask for', async () => {
    for (const key of ['a/b', 'a?b', ':a', 'a:', 'a::b', 'a:..:b', '.', 'fine', 'fi.ne']) await cache().set(key, 1);
    expect((await open().getKeys()).sort()).toEqual(['fi.ne', 'fine']);
  });
});

describe('toUnstorageDriver', () => {
  it('lets the cache expire what has a time to live, and tells it', async () => {
    const clock = new ManualClock();
    await using cache = createMemoryCache({ clock });
    const storage = createStorage({ driver: toUnstorageDriver(cache) });
    const heard: string[] = [];
    await storage.watch((event, key) => heard.push(`${event} ${key}`));
    await storage.setItem('a', 1, { ttl: 10 });
    clock.advance(10_000);
    expect(await storage.getItem('a')).toBeNull();
    await cache.cleanup();
    expect(heard).toEqual(['update a', 'remove a']);
  });

  it('rejects a write that the cache refuses', async () => {
    await using cache = createMemoryCache({ maxSizeBytes: 100 });
    const storage = createStorage({ driver: toUnstorageDriver(cache) });
    await storage.setItem('a', 'small');
    await expect(storage.setItem('a', 'x'.repeat(1_000))).rejects.toMatchObject({
      code: 'CACHE_BACKEND_FAILED',
      key: 'a',
    });
    expect(await storage.getItem('a')).toBe('small');
    await expect(storage.setItemRaw('b', () => 1)).rejects.toMatchObject({ code: 'CACHE_UNSERIALIZABLE' });
    await expect(storage.setItem('b', 1, { ttl: -1 })).rejects.toMatchObject({ code: 'CACHE_INVALID_TTL' });
  });

  it('works in a namespace, whose use ends when the storage is disposed', async () => {
    await using cache = createMemoryCache();
    await cache.set('other', 1);
    const storage = createStorage({ driver: toUnstorageDriver(cache.namespace('nitro')) });
    const heard: string[] = [];
    await storage.watch((event, key) => heard.push(`${event} ${key}`));
    await storage.setItem('a', 1);
    expect(heard).toEqual(['update a']);
    expect(await storage.getKeys()).toEqual(['a']);
    await storage.clear();
    await storage.dispose();
    expect(await cache.get('other')).toBe(1);
    await createStorage({ driver: toUnstorageDriver(cache) }).dispose();
    await expect(cache.get('other')).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
  });

  it('refuses what is no cache', () => {
    expect(() => toUnstorageDriver(null as never)).toThrow(/toUnstorageDriver: the cache is null/);
  });
});
