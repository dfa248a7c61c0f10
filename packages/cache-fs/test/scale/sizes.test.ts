import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCache, temporaryDirectory } from '../support.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const MB = 1024 * 1024;
/** The largest values: bytes, and text, of which twice as much would be more than a string holds. */
const LARGEST = isFull ? 256 * MB : 8 * MB;
const timeout = isFull ? 900_000 : 60_000;

/** Powers of two with their neighbours, which is where lengths are rounded and files begin to be used. */
function sizes(largest: number): number[] {
  const all = [0];
  for (let size = 1; size <= largest; size *= 2) all.push(...(size < 128 * 1024 ? [size - 1, size, size + 1] : [size]));
  return [...new Set(all)].toSorted((a, b) => a - b);
}

/** Bytes of which no two stretches are the same. */
function bytesOf(size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  for (let index = 0; index < size; index += 4096) bytes.fill(`${index}:`, index, Math.min(index + 4096, size));
  return bytes;
}

describe('values', () => {
  it.each([
    ['an empty text', ''],
    ['an empty list', []],
    ['an empty object', {}],
    ['no bytes', new Uint8Array(0)],
    ['an empty buffer', Buffer.alloc(0)],
    ['an empty map', new Map()],
  ])('of nothing are values: %s', async (_name, value) => {
    for (const inlineMaxBytes of [undefined, 1]) {
      const cache = openCache({ cacheRoot: temporaryDirectory(), inlineMaxBytes });
      expect(await cache.set('key', value)).toBe(true);
      expect(await cache.lookup('key')).toMatchObject({ hit: true });
      expect(await cache.get('key')).toEqual(value);
    }
  });

  it.each(['sync', 'async'] as const)(
    'of every size come back as they were, with io %s: bytes',
    { timeout },
    async (io) => {
      const root = temporaryDirectory();
      const cache = openCache({ cacheRoot: root, io });
      for (const size of sizes(LARGEST)) {
        const bytes = bytesOf(size);
        const [startedAt, stored] = [performance.now(), await cache.set('key', bytes)];
        expect(stored).toBe(true);
        const storedAt = performance.now();
        const read = await cache.get<Buffer>('key');
        if (isFull && size === LARGEST) {
          const [setMs, getMs] = [storedAt - startedAt, performance.now() - storedAt].map(Math.round);
          console.log(`${size / MB} MB of bytes, io ${io}: set ${setMs} ms, get ${getMs} ms`);
        }
        expect(Buffer.isBuffer(read) && read.equals(bytes), `${size} bytes`).toBe(true);
        expect((await cache.getMetadata('key'))?.sizeBytes).toBe(size);
        expect((await cache.getStats()).totalSizeBytes).toBe(size);
      }
      expect(await cache.delete('key')).toBe(true);
      await cache.close();
      expect([...readdirSync(join(root, 'data/blobs')), ...readdirSync(join(root, 'tmp'))]).toEqual([]);
    },
  );

  it('of every size come back as they were: text, and objects that hold it', { timeout }, async () => {
    const cache = openCache({ cacheRoot: temporaryDirectory() });
    for (const size of sizes(LARGEST)) {
      const value = { text: bytesOf(size).toString('latin1'), size };
      expect(await cache.set('key', value)).toBe(true);
      const read = await cache.get<typeof value>('key');
      expect(read?.size).toBe(size);
      expect(read?.text === value.text, `${size} characters`).toBe(true);
    }
  });

  it('that no string can hold are refused, and the old value stays', { timeout }, async (context) => {
    context.skip(!isFull, 'only in the full run, for its memory');
    const cache = openCache({ cacheRoot: temporaryDirectory() });
    await cache.set('key', 'old');
    const half = 'x'.repeat(300 * MB);
    const refused = await cache.set('key', [half, half]).catch((error: { code?: string }) => error.code);
    expect([false, 'CACHE_UNSERIALIZABLE']).toContain(refused);
    expect(await cache.get('key')).toBe('old');
    expect(await cache.set('key', 'new')).toBe(true);
  });
});
