import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compress, encrypt } from '@glovebox/cache-core/codecs';
import { describe, expect, it } from 'vitest';
import { formatEntry, parseEntry } from '../src/store/entry-format.js';
import { entryId } from '../src/store/entry-id.js';
import { eventually, openCache, temporaryDirectory } from './support.js';

const [first, second] = [randomBytes(32), randomBytes(32)];
const entryFile = (root: string, key: string) => join(root, 'data', `${entryId(key)}.json`);

/** Puts another value into an entry's file, with a checksum that fits: what somebody can do who can write there. */
function forge(root: string, key: string, fields: object, valueText: string): void {
  const parsed = parseEntry(readFileSync(entryFile(root, key), 'utf8'));
  if (parsed === undefined) throw new Error('no entry');
  writeFileSync(entryFile(root, key), formatEntry({ ...parsed.header, ...fields }, valueText));
}

function valueTextOf(root: string, key: string): string {
  return parseEntry(readFileSync(entryFile(root, key), 'utf8'))?.valueText ?? '';
}

describe('a stream of a store with transforms', () => {
  /** Every byte of every file below a directory. */
  const contentsOf = (root: string) =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  const secret = Buffer.from('a secret '.repeat(300_000));

  it('leaves nothing readable on disk, on its way or in the end', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, transforms: [encrypt({ keys: [first] })] });
    const seen: Buffer[] = [];
    const stored = cache.setStream(
      'large',
      (async function* () {
        for (let start = 0; start < secret.byteLength; start += 500_000) {
          yield secret.subarray(start, start + 500_000);
          seen.push(...contentsOf(root));
        }
      })(),
    );
    expect(await stored).toBe(true);
    expect(seen.length).toBeGreaterThan(0);
    for (const bytes of [...seen, ...contentsOf(root)]) expect(bytes.includes('a secret')).toBe(false);
    expect(await bytesOf(await cache.getStream('large'))).toEqual(secret);
    expect(await cache.get('large')).toEqual(secret);
  });

  it('is a miss without the key, and for a cache that reads only what is encrypted', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, transforms: [encrypt({ keys: [first] })] });
    const plain = openCache({ cacheRoot: root });
    await cache.setStream('encrypted', [secret]);
    await plain.setStream('plain', [secret]);
    expect(await plain.getStream('encrypted')).toBeUndefined();
    expect(await cache.getStream('plain')).toBeUndefined();
    expect(await bytesOf(await plain.getStream('plain'))).toEqual(secret);
    expect(await bytesOf(await cache.getStream('encrypted'))).toEqual(secret);
    expect((await plain.getStats()).errorCount).toBe(2);
  });

  it('is compressed like other values', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, transforms: [compress()] });
    await cache.setStream('large', [secret.subarray(0, 1_000_000), secret.subarray(1_000_000)]);
    expect((await cache.getMetadata('large'))?.sizeBytes).toBeLessThan(secret.byteLength / 100);
    expect(await bytesOf(await cache.getStream('large'))).toEqual(secret);
  });
});

/** All that a stream gives. */
async function bytesOf(stream: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('an encrypted store', () => {
  it('shows no value in any of its files, small or large', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, transforms: [encrypt({ keys: [first] })] });
    await cache.set('small', 'a secret', { tags: ['shown'] });
    await cache.set('large', 'a secret '.repeat(20_000));
    const large = readdirSync(join(root, 'data', 'blobs')).map((name) =>
      readFileSync(join(root, 'data', 'blobs', name)),
    );
    const files = [readFileSync(entryFile(root, 'small')), ...large];
    expect(files).toHaveLength(2);
    for (const file of files) expect(file.includes('a secret')).toBe(false);
    expect(files[0]?.includes('"tags":["shown"]')).toBe(true);
    expect((await cache.getMetadata('large'))?.sizeBytes).toBe(180_002 + 39);
    expect(await cache.get('small')).toBe('a secret');
    expect(await cache.get('large')).toBe('a secret '.repeat(20_000));
  });

  it('keeps what it has no key for, on reads and in cleanups, for those who have it', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, transforms: [encrypt({ keys: [first] })] });
    const other = openCache({ cacheRoot: root, transforms: [encrypt({ keys: [second] })] });
    const plain = openCache({ cacheRoot: root });
    await cache.set('a', 1);
    for (let read = 0; read < 3; read++) {
      expect(await other.get('a')).toBeUndefined();
      expect(await plain.get('a')).toBeUndefined();
    }
    // What is removed in the background: a damaged entry beside it is the proof that it was time.
    await cache.set('damaged', 1);
    writeFileSync(entryFile(root, 'damaged'), 'damage');
    expect(await other.get('damaged')).toBeUndefined();
    await eventually(() => !existsSync(entryFile(root, 'damaged')), 'the damaged entry is removed');
    expect(await other.cleanup()).toBe(0);
    expect(await cache.get('a')).toBe(1);
  });

  it('misses a value that was planted, in the clear or from another entry, and removes the one that it can tell', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, transforms: [encrypt({ keys: [first] })] });
    await cache.set('role:alice', 'admin');
    await cache.set('role:bob', 'guest');
    await cache.set('role:carol', 'guest');
    forge(root, 'role:bob', {}, valueTextOf(root, 'role:alice'));
    forge(root, 'role:carol', { encoding: 'json', sizeBytes: 7 }, '"admin"');
    expect(await cache.get('role:bob')).toBeUndefined();
    expect(await cache.get('role:carol')).toBeUndefined();
    await eventually(() => !existsSync(entryFile(root, 'role:bob')), 'the moved value is removed');
    expect(existsSync(entryFile(root, 'role:carol'))).toBe(true);
    expect(await cache.get('role:alice')).toBe('admin');
  });
});

describe('a compressed store', () => {
  it('reads hot entries and bytes that are kept, and gives each reader a value of his own', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, transforms: [compress()] });
    await cache.set('text', 'x'.repeat(5_000));
    await cache.set('bytes', Buffer.alloc(5_000, 1));
    await cache.set('random', randomBytes(5_000));
    // Hot from the second read of a file on that is two seconds old.
    const reads = async () => [
      await cache.get('text'),
      await cache.get<Buffer>('bytes'),
      await cache.get<Buffer>('random'),
    ];
    const expected = await reads();
    const until = performance.now() + 2_500;
    while (performance.now() < until) {
      const found = await reads();
      expect(found).toEqual(expected);
      for (const value of found) if (Buffer.isBuffer(value)) value.fill(9);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
});
