import { lstatSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { cloneValue, type StoredEntry } from '@glovebox/cache-core';
import { beforeEach, describe, expect, it, type TestContext } from 'vitest';
import type { FilesystemCache } from '../../src/index.js';
import { entryCodec } from '../../src/store/entry-codec.js';
import { entryId } from '../../src/store/entry-id.js';
import { EntryReader } from '../../src/store/entry-reader.js';
import { HotEntries } from '../../src/store/hot-entries.js';
import { entryPath, type StorePaths } from '../../src/store/paths.js';
import type { StoredPayload } from '../../src/store/stored-payload.js';
import { openCache, temporaryDirectory } from '../support.js';

const MARGIN_MS = 2_000;
const value = { title: 'layout', layers: [{ keys: ['a', 'b'] }] };

let cache: FilesystemCache;
let paths: StorePaths;
/** What the reader takes for the present: by default long after anything here was written. */
let now: number;

beforeEach(() => {
  cache = openCache({ cacheRoot: temporaryDirectory() });
  const path = cache.directory;
  paths = {
    path,
    dataDir: `${path}/data`,
    blobsDir: `${path}/data/blobs`,
    metadataDir: `${path}/metadata`,
    tmpDir: `${path}/tmp`,
  };
  now = Date.now() + 3_600_000;
});

function needsLinux(context: TestContext): void {
  context.skip(process.platform !== 'linux', 'entries are kept in memory on Linux only');
}

function openReader(maxBytes = 1 << 20): (key: string) => StoredEntry<StoredPayload> | undefined {
  const reader = new EntryReader(paths, 'sync', new HotEntries(paths, { maxBytes, now: () => now }));
  return (key) => {
    const read = reader.read(entryId(key), key);
    if (read instanceof Promise) throw new Error('small entries are read at once');
    return read;
  };
}

const fileOf = (key: string) => entryPath(paths, entryId(key));
const decoded = (entry: StoredEntry<StoredPayload> | undefined) => entry && entryCodec.decode(entry.payload);

/** Changes everything that can be changed in one of the values below. */
function change(part: unknown): void {
  if (part instanceof Uint8Array) part.fill(0);
  else if (part instanceof Date) part.setTime(0);
  else if (part instanceof Map) {
    for (const item of part.values()) change(item);
    part.clear();
  } else if (typeof part === 'object' && part !== null) {
    for (const key of Object.keys(part)) {
      change(Reflect.get(part, key));
      Reflect.set(part, key, 'changed');
    }
  }
}

describe('entries kept in memory', () => {
  it('are those that were read twice', async (context) => {
    needsLinux(context);
    await cache.set('a', value);
    const read = openReader();
    const entries = [read('a'), read('a'), read('a'), read('a')];
    expect(entries.map(decoded)).toEqual([value, value, value, value]);
    expect(entries[1]).not.toBe(entries[0]);
    expect([entries[2], entries[3]]).toEqual([entries[1], entries[1]]);
    expect(entries[3]).toBe(entries[1]);
  });

  it('are none whose file was changed within the margin, by a clock that lags', async (context) => {
    needsLinux(context);
    await cache.set('a', value);
    const changedAt = lstatSync(fileOf('a')).ctimeMs;
    const read = openReader();
    read('a');
    now = changedAt + MARGIN_MS - 1;
    expect(read('a')).not.toBe(read('a'));
    now = changedAt - 60_000;
    expect(read('a')).not.toBe(read('a'));
    now = changedAt + MARGIN_MS + 1;
    expect(read('a')).toBe(read('a'));
  });

  it('give way to what replaced them, of the same size or not', async (context) => {
    needsLinux(context);
    const read = openReader();
    for (const text of ['old', 'new', 'longer']) {
      await cache.set('a', text);
      for (let times = 0; times < 3; times++) expect(decoded(read('a'))).toBe(text);
    }
    await cache.delete('a');
    expect(read('a')).toBeUndefined();
    await cache.set('a', 'again');
    expect(decoded(read('a'))).toBe('again');
  });

  it('are not taken for what was changed in place and dated back', async (context) => {
    needsLinux(context);
    await cache.set('a', 'value');
    utimesSync(fileOf('a'), 1, 1);
    const read = openReader();
    for (let times = 0; times < 3; times++) read('a');
    const text = readFileSync(fileOf('a'), 'utf8');
    // In place, as a stray program or a bad disk would: the inode stays.
    writeFileSync(fileOf('a'), text.replace('value"}', 'VALUE"}'));
    utimesSync(fileOf('a'), 1, 1);
    expect(() => read('a')).toThrow(expect.objectContaining({ code: 'CACHE_CORRUPT_ENTRY' }));
  });

  it.each([
    ['objects', value],
    ['dates, maps and bytes within', { at: new Date(5), of: new Map([['a', new Uint8Array([1, 2])]]) }],
    ['bytes', new Uint8Array([1, 2, 3])],
    ['buffers', Buffer.from('bytes')],
    ['text', 'text'],
    ['null', null],
  ])('are copied for each reader: %s', async (_name, stored) => {
    await cache.set('a', stored);
    const read = openReader();
    const original = cloneValue(stored);
    const values = new Set<unknown>();
    // As many as there are ways to copy: parsing, copying part by part, and code made for the shape.
    for (let times = 0; times < 100; times++) {
      const found = decoded(read('a'));
      expect(found).toEqual(original);
      values.add(found);
      change(found);
    }
    expect(values.size).toBe(typeof stored === 'object' && stored !== null ? 100 : 1);
  });

  it('take no more memory than allowed, and the used ones stay', async (context) => {
    needsLinux(context);
    const text = 'x'.repeat(1_000);
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    for (const key of keys) await cache.set(key, text);
    // Each is reckoned with at least its text.
    const read = openReader(20_000);
    for (let times = 0; times < 3; times++) read('k0');
    const kept = read('k0');
    for (const key of keys.slice(1)) {
      for (let times = 0; times < 2; times++) read(key);
      expect(read('k0'), key).toBe(kept);
    }
    const second = keys.map((key) => read(key));
    const isKept = keys.map((key, index) => read(key) === second[index]);
    expect(isKept.filter(Boolean).length).toBeLessThan(20);
  });

  it('are none of more than half of the memory', async () => {
    await cache.set('a', 'x'.repeat(10_000));
    const read = openReader(20_000);
    read('a');
    expect(read('a')).not.toBe(read('a'));
  });

  it('are not handed out for another key', async () => {
    await cache.set('a', value);
    const reader = new EntryReader(paths, 'sync', new HotEntries(paths, { maxBytes: 1 << 20, now: () => now }));
    for (let times = 0; times < 3; times++) await reader.read(entryId('a'), 'a');
    expect(reader.read(entryId('a'), 'another key of this id')).toBeUndefined();
  });

  it('keep their dates and sizes', async (context) => {
    needsLinux(context);
    await cache.set('a', value, { ttl: 1 });
    const read = openReader();
    for (let times = 0; times < 3; times++) read('a');
    expect(read('a')).toMatchObject({ ttlSeconds: 1, expiresAt: expect.any(Number), sizeBytes: 48 });
  });
});
