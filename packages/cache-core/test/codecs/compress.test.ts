import { randomBytes } from 'node:crypto';
import { finished } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { type CompressionAlgorithm, compress } from '@glovebox/cache-core/codecs';
import { describe, expect, it } from 'vitest';
import { errorsOf } from '../support/events.js';
import { MapCache } from '../support/map-cache.js';
import { entryOf, LAYOUT, payloadOf, plant, reopen, storedBytes } from './transformed.js';

const ALGORITHMS: readonly CompressionAlgorithm[] = ['zstd', 'brotli', 'gzip'];
const MEGABYTE = 1024 * 1024;

const VALUES: Record<string, unknown> = {
  'plain JSON': LAYOUT,
  'tagged JSON': { at: new Date(0), big: 5n, list: Array.from({ length: 200 }, () => new Map([[1, new Set([-0])]])) },
  text: 'é€🙂'.repeat(1_000),
  'a Buffer': Buffer.alloc(5_000, 'ab'),
  'a Uint8Array': new Uint8Array(5_000).fill(7),
};

describe('compress', () => {
  for (const algorithm of ALGORITHMS) {
    it.each(Object.entries(VALUES))(`brings back %s, by ${algorithm}, stored in less`, async (_, value) => {
      const cache = new MapCache({ transforms: [compress({ algorithm })] });
      const plain = new MapCache();
      await cache.set('a', value);
      await plain.set('a', value);
      expect(await cache.get('a')).toStrictEqual(value);
      const { sizeBytes } = entryOf(cache, 'a');
      expect(sizeBytes).toBe(storedBytes(cache, 'a').byteLength);
      expect(sizeBytes).toBeLessThan(entryOf(plain, 'a').sizeBytes / 5);
      expect((await cache.getStats()).totalSizeBytes).toBe(sizeBytes);
    });

    it(`is undone for ${algorithm} by a cache that writes another algorithm, or only encodes small values`, async () => {
      const cache = new MapCache({ transforms: [compress({ algorithm })] });
      await cache.set('a', LAYOUT);
      for (const other of ALGORITHMS) {
        const reader = reopen(cache, { transforms: [compress({ algorithm: other, minBytes: 1_000_000 })] });
        expect(await reader.get('a')).toEqual(LAYOUT);
      }
    });

    it(`is never undone to more than maxOutputBytes, by ${algorithm}: a miss that is counted, and stays`, async () => {
      const cache = new MapCache({ transforms: [compress({ algorithm })] });
      await cache.set('a', LAYOUT);
      const reader = reopen(cache, { transforms: [compress({ maxOutputBytes: 500 })] });
      const errors = errorsOf(reader);
      expect(await reader.get('a')).toBeUndefined();
      expect(errors).toMatchObject([{ code: 'CACHE_UNREADABLE_ENTRY', key: 'a' }]);
      expect(errors[0]?.message).toContain('maxOutputBytes');
      const { errorCount, missCount } = await reader.getStats();
      expect({ errorCount, missCount }).toEqual({ errorCount: 1, missCount: 1 });
      expect(reader.storedKeys).toEqual(['a']);
    });
  }

  it('leaves alone what is smaller than minBytes, and what would not shrink', async () => {
    const cache = new MapCache({ transforms: [compress()] });
    await cache.set('small', 'x'.repeat(1_000));
    await cache.set('random', randomBytes(5_000));
    await cache.set('large', 'x'.repeat(1_023));
    expect(payloadOf(cache, 'small')).toEqual({ encoding: 'json', data: `"${'x'.repeat(1_000)}"` });
    expect(payloadOf(cache, 'random').encoding).toBe('buffer');
    expect(payloadOf(cache, 'large').encoding).toBe('sealed');
  });

  it('leaves alone what it would not read again, larger than maxOutputBytes', async () => {
    const cache = new MapCache({ transforms: [compress({ maxOutputBytes: 2_000 })] });
    await cache.set('a', 'x'.repeat(3_000));
    expect(payloadOf(cache, 'a').encoding).toBe('json');
    expect(await cache.get('a')).toBe('x'.repeat(3_000));
  });

  it('copies bytes that stay as they are', async () => {
    const cache = new MapCache({ transforms: [compress()] });
    const bytes = randomBytes(5_000);
    const original = Buffer.from(bytes);
    await cache.set('a', bytes);
    bytes.fill(0);
    expect(await cache.get('a')).toEqual(original);
  });

  it('is a miss, and stays, for a cache without transforms', async () => {
    const cache = new MapCache({ transforms: [compress()] });
    await cache.set('a', LAYOUT);
    const reader = reopen(cache, {});
    const errors = errorsOf(reader);
    expect(await reader.get('a')).toBeUndefined();
    expect(errors).toMatchObject([{ code: 'CACHE_UNREADABLE_ENTRY', key: 'a' }]);
    expect(reader.storedKeys).toEqual(['a']);
    await reader.set('a', 1);
    expect(await reader.get('a')).toBe(1);
  });

  it('counts what is stored against maxSizeBytes', async () => {
    const cache = new MapCache({ transforms: [compress()], maxSizeBytes: 1_000 });
    expect(await cache.set('a', 'x'.repeat(100_000))).toBe(true);
    expect(await cache.set('b', randomBytes(2_000))).toBe(false);
  });
});

/** Header and body of an entry as it is stored. */
function compressed(id: number, sizeBytes: number, body: Uint8Array, encodingByte = 0): Buffer {
  const header = Buffer.alloc(9);
  header.set([0x43, id, encodingByte]);
  header.writeUIntBE(sizeBytes, 3, 6);
  return Buffer.concat([header, body]);
}

function blockHeader(length: number): number[] {
  const isLast = 1;
  const repeated = 1;
  const header = (length << 3) | (repeated << 1) | isLast;
  return [header & 0xff, (header >> 8) & 0xff, header >> 16];
}

describe('a bomb', () => {
  const ZEROS = Buffer.alloc(MEGABYTE);

  /** What 1 GB of zeros makes, in pieces: nothing here holds them. */
  async function zeros(stream: zlib.BrotliCompress | zlib.ZstdCompress): Promise<Buffer> {
    const packed: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => packed.push(chunk));
    for (let index = 0; index < 1_024; index++) {
      if (!stream.write(ZEROS)) await new Promise((resolve) => stream.once('drain', resolve));
    }
    stream.end();
    await finished(stream);
    return Buffer.concat(packed);
  }

  const BOMBS: [CompressionAlgorithm, number, () => Promise<Buffer>][] = [
    // Members of a gzip file may follow one another (RFC 1952, 2.2).
    ['gzip', 1, async () => Buffer.concat(Array(1_024).fill(zlib.gzipSync(ZEROS)))],
    ['brotli', 2, () => zeros(zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }))],
    ['zstd', 3, () => zeros(zlib.createZstdCompress())],
  ];

  it.each(BOMBS)('of 1 GB by %s takes no more memory than its header says, and is a miss', async (_, id, create) => {
    const bomb = await create();
    expect(bomb.byteLength).toBeLessThan(2 * MEGABYTE);
    for (const [said, code] of [
      [1_000, 'CACHE_CORRUPT_ENTRY'],
      [MEGABYTE, 'CACHE_CORRUPT_ENTRY'],
      [1_024 * MEGABYTE, 'CACHE_UNREADABLE_ENTRY'],
      [2 ** 48 - 1, 'CACHE_UNREADABLE_ENTRY'],
    ] as const) {
      const cache = new MapCache({ transforms: [compress()] });
      const errors = errorsOf(cache);
      await cache.set('a', 1);
      plant(cache, 'a', compressed(id, said, bomb));
      const before = process.resourceUsage().maxRSS;
      expect(await cache.get('a')).toBeUndefined();
      expect(process.resourceUsage().maxRSS - before).toBeLessThan(32 * 1_024);
      expect(errors).toMatchObject([{ code, key: 'a' }]);
      expect((await cache.getStats()).errorCount).toBe(1);
    }
  });

  it('of zstd gets no window of 128 MB', async () => {
    // Magic number, no content size; a window of 2^windowLog; one last block of a thousand equal bytes (RFC 8878, 3.1.1).
    const frame = (windowLog: number) =>
      Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3, ...blockHeader(1_000), 0);
    const cache = new MapCache({ transforms: [compress()] });
    await cache.set('a', 1);
    plant(cache, 'a', compressed(3, 1_000, frame(23), 0b0101));
    expect(await cache.get('a')).toEqual(new Uint8Array(1_000));
    plant(cache, 'a', compressed(3, 1_000, frame(27), 0b0101));
    const errors = errorsOf(cache);
    expect(await cache.get('a')).toBeUndefined();
    expect(errors).toMatchObject([{ code: 'CACHE_CORRUPT_ENTRY' }]);
  });
});

describe('a compressed entry that is not what was written', () => {
  it('is a miss and removed when it is cut, at any place', async () => {
    const cache = new MapCache({ transforms: [compress()] });
    await cache.set('a', LAYOUT);
    const whole = storedBytes(cache, 'a');
    for (let length = 1; length < whole.byteLength; length++) {
      await cache.set('a', LAYOUT);
      plant(cache, 'a', whole.subarray(0, length));
      expect(await cache.get('a'), `${length} bytes`).toBeUndefined();
      expect(cache.storedKeys).toEqual([]);
    }
  });

  it.each(ALGORITHMS)('never crashes and never rejects with any bit flipped, by %s', async (algorithm) => {
    const cache = new MapCache({ transforms: [compress({ algorithm })] });
    const layout = { title: 'Glove80', keys: Array(200).fill('&kp A') };
    await cache.set('a', layout);
    const whole = storedBytes(cache, 'a');
    let wrong = 0;
    for (let bit = 0; bit < whole.byteLength * 8; bit++) {
      await cache.set('a', layout);
      const flipped = Buffer.from(whole);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      plant(cache, 'a', flipped);
      const found = await cache.get('a');
      if (found !== undefined && JSON.stringify(found) !== JSON.stringify(layout)) wrong++;
    }
    // The stores look after that; two of the three formats do so too.
    if (algorithm !== 'brotli') expect(wrong).toBe(0);
  });

  it('is a miss when it names an algorithm of the future, and stays', async () => {
    const cache = new MapCache({ transforms: [compress()] });
    await cache.set('a', LAYOUT);
    plant(cache, 'a', compressed(9, 10, Buffer.alloc(10)));
    expect(await cache.get('a')).toBeUndefined();
    expect(cache.storedKeys).toEqual(['a']);
  });
});

describe('the options of compress', () => {
  it.each([
    [{ algorithm: 'zip' }, /algorithm is "zip".*did you mean 'gzip'/],
    [{ level: 20 }, /level is 20; allowed is 1 to 19 for 'zstd'/],
    [{ algorithm: 'gzip', level: 0 }, /level is 0; allowed is 1 to 9 for 'gzip'/],
    [{ level: 1.5 }, /level is 1.5; allowed is a whole number/],
    [{ minBytes: -1 }, /minBytes is -1/],
    [{ maxOutputBytes: 0 }, /maxOutputBytes is 0/],
    [{ minbytes: 5 }, /did you mean 'minBytes'/],
    [null, /options are null/],
  ])('%j is refused', (options, message) => {
    expect(() => compress(options as never)).toThrow(
      expect.objectContaining({ code: 'CACHE_INVALID_CONFIG', message: expect.stringMatching(message) }),
    );
  });
});
