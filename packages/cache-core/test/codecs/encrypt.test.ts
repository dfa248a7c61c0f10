import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { BaseCacheManager, type CacheMetadata, type StoredEntry } from '@glovebox/cache-core';
import { compress, encrypt } from '@glovebox/cache-core/codecs';
import { describe, expect, it } from 'vitest';
import { errorsOf } from '../support/events.js';
import { capabilities, MapCache } from '../support/map-cache.js';
import { entryOf, LAYOUT, payloadOf, plant, reopen, sealByHand, storedBytes } from './transformed.js';

const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const VALUES: [string, unknown][] = [
  ['plain JSON', LAYOUT],
  ['tagged JSON', new Map([[1, new Date(0)]])],
  ['null', null],
  ['empty text', ''],
  ['a Buffer', randomBytes(100)],
  ['an empty Uint8Array', new Uint8Array()],
];

function encrypted(...keys: Uint8Array[]): MapCache {
  return new MapCache({ transforms: [encrypt({ keys })] });
}

describe('encrypt', () => {
  it.each(VALUES)('brings back %s, of which nothing can be read in the store', async (_, value) => {
    const cache = encrypted(first);
    await cache.set('a', value);
    expect(await cache.get('a')).toStrictEqual(value);
    expect(payloadOf(cache, 'a').encoding).toBe('sealed');
    expect(entryOf(cache, 'a').sizeBytes).toBe(storedBytes(cache, 'a').byteLength);
    expect(storedBytes(cache, 'a').includes('Glove80')).toBe(false);
  });

  it('never writes the same twice', async () => {
    const cache = encrypted(first);
    const written = new Set<string>();
    for (let index = 0; index < 100; index++) {
      await cache.set('a', LAYOUT);
      written.add(storedBytes(cache, 'a').toString('hex', 11, 23));
    }
    expect(written.size).toBe(100);
  });

  it('reads what another program writes by its description', async () => {
    const cache = encrypted(first);
    await cache.set('ключ', 1);
    plant(cache, 'ключ', sealByHand(first, Buffer.from('{"a":1}'), 0, 'ключ'));
    expect(await cache.get('ключ')).toEqual({ a: 1 });
  });

  it('encrypts what was compressed, and is undone in turn', async () => {
    const transforms = [compress(), encrypt({ keys: [first] })];
    const cache = new MapCache({ transforms });
    await cache.set('a', LAYOUT);
    expect(entryOf(cache, 'a').sizeBytes).toBeLessThan(JSON.stringify(LAYOUT).length / 5);
    expect(await cache.get('a')).toEqual(LAYOUT);
    const uncompressing = reopen(cache, { transforms: [encrypt({ keys: [first] })] });
    expect(await uncompressing.get('a')).toBeUndefined();
    expect(uncompressing.storedKeys).toEqual(['a']);
  });

  it('refuses to be followed by compress', () => {
    expect(() => new MapCache({ transforms: [encrypt({ keys: [first] }), compress()] })).toThrow(
      expect.objectContaining({ code: 'CACHE_INVALID_CONFIG', message: expect.stringContaining('after encrypt()') }),
    );
  });

  it('works for computed values, their waiters, updates and batches', async () => {
    const cache = encrypted(first);
    await cache.get('opened');
    const [one, other] = await Promise.all([
      cache.getOrSet('a', async () => ({ n: 1 })),
      cache.getOrSet('a', () => 'never'),
    ]);
    expect(one).toEqual({ n: 1 });
    expect(other).toEqual({ n: 1 });
    expect(other).not.toBe(one);
    expect(await cache.increment('n')).toBe(1);
    expect(await cache.increment('n')).toBe(2);
    expect(await cache.touch('n', '1h')).toBe(true);
    expect(await cache.take('n')).toBe(2);
    await cache.setMany([
      ['x', 1],
      ['y', 2],
    ]);
    expect(await cache.getMany(['x', 'y'])).toEqual(
      new Map([
        ['x', 1],
        ['y', 2],
      ]),
    );
    await cache.namespace('inner').set('z', 3);
    expect(await cache.namespace('inner').get('z')).toBe(3);
  });
});

describe('a list of keys', () => {
  it('writes by the first, and reads by all', async () => {
    const old = encrypted(first);
    await old.set('a', 'old');
    const rotated = reopen(old, { transforms: [encrypt({ keys: [second, first] })] });
    expect(await rotated.get('a')).toBe('old');
    await rotated.set('b', 'new');
    const without = reopen(rotated, { transforms: [encrypt({ keys: [second] })] });
    expect(await without.get('b')).toBe('new');
    expect(await without.get('a')).toBeUndefined();
  });

  it('without the right key: misses that are counted, told without a value, and remove nothing', async () => {
    const cache = encrypted(first);
    await cache.set('a', 'secret value');
    const lines: string[] = [];
    const logger = { warn: (line: string) => lines.push(line), error: () => {} };
    const reader = reopen(cache, { transforms: [encrypt({ keys: [second, third] })], logger });
    const errors = errorsOf(reader);
    expect(await reader.get('a')).toBeUndefined();
    expect(await reader.lookup('a')).toEqual({ hit: false });
    expect(await reader.getMany(['a'])).toEqual(new Map());
    expect(await reader.take('a')).toBeUndefined();
    expect(errors.map(({ code, key }) => `${code} ${key}`)).toEqual(Array(4).fill('CACHE_UNREADABLE_ENTRY a'));
    const { missCount, hitCount, errorCount } = await reader.getStats();
    expect({ missCount, hitCount, errorCount }).toEqual({ missCount: 4, hitCount: 0, errorCount: 4 });
    expect(reader.storedKeys).toEqual(['a']);
    expect(await reopen(reader, { transforms: [encrypt({ keys: [first] })] }).get('a')).toBe('secret value');
    const told = [...lines, ...errors.map((error) => inspect(error, { depth: 9 }))].join('\n');
    expect(told).toContain('CACHE_UNREADABLE_ENTRY');
    for (const key of [first, second, third]) {
      expect(told).not.toContain(key.toString('hex'));
      expect(told).not.toContain(key.toString('base64'));
    }
    expect(told).not.toContain('secret value');
  });

  it('without the right key: what is computed, added or updated takes the place of the entry', async () => {
    for (const replace of [
      (cache: MapCache) => cache.getOrSet('a', () => 1),
      (cache: MapCache) => cache.add('a', 1),
      (cache: MapCache) => cache.increment('a'),
    ]) {
      const cache = encrypted(first);
      await cache.set('a', 'old');
      const other = reopen(cache, { transforms: [encrypt({ keys: [second] })] });
      expect(await replace(other)).toBeTruthy();
      expect(await other.get('a')).toBe(1);
    }
  });

  it('counts one error for a computed value that the store had under another key', async () => {
    const cache = encrypted(first);
    await cache.set('a', 'old');
    const other = reopen(cache, { transforms: [encrypt({ keys: [second] })] });
    await other.getOrSet('a', () => 1);
    expect((await other.getStats()).errorCount).toBe(1);
  });

  it('reads nothing that is not encrypted: who can write to the store could have planted it', async () => {
    const plain = new MapCache();
    await plain.set('a', 1);
    const cache = reopen(plain, { transforms: [encrypt({ keys: [first] })] });
    const errors = errorsOf(cache);
    expect(await cache.get('a')).toBeUndefined();
    expect(errors).toMatchObject([{ code: 'CACHE_UNREADABLE_ENTRY' }]);
    expect(cache.storedKeys).toEqual(['a']);
  });

  it('keeps a copy of the bytes that it was given', async () => {
    const key = randomBytes(32);
    const cache = encrypted(key);
    await cache.set('a', 1);
    const copy = Buffer.from(key);
    key.fill(0);
    await cache.set('b', 2);
    const again = reopen(cache, { transforms: [encrypt({ keys: [createSecretKey(copy)] })] });
    expect(await again.getMany(['a', 'b'])).toEqual(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
  });
});

describe('an encrypted entry that was tampered with', () => {
  it('is a miss with any bit flipped', async () => {
    const cache = encrypted(first);
    await cache.set('a', { n: 12345 });
    const entry = entryOf(cache, 'a');
    const whole = storedBytes(cache, 'a');
    for (let bit = 0; bit < whole.byteLength * 8; bit++) {
      cache.store.set('a', entry);
      const flipped = Buffer.from(whole);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      plant(cache, 'a', flipped);
      expect(await cache.get('a'), `bit ${bit}`).toBeUndefined();
    }
    expect((await cache.getStats()).errorCount).toBe(whole.byteLength * 8);
  });

  it('is a miss as a value of another kind', async () => {
    const cache = encrypted(first);
    await cache.set('a', '{"a":1}');
    const whole = storedBytes(cache, 'a');
    for (const encodingByte of [0b0011, 0b0101, 0b0110, 0b1001]) {
      const changed = Buffer.from(whole);
      changed[2] = encodingByte;
      await cache.set('a', 1);
      plant(cache, 'a', changed);
      expect(await cache.get('a')).toBeUndefined();
    }
  });

  it('is a miss when it is cut or has grown, at any place', async () => {
    const cache = encrypted(first);
    await cache.set('a', { n: 12345 });
    const entry = entryOf(cache, 'a');
    const whole = storedBytes(cache, 'a');
    for (const changed of [
      ...Array.from(whole, (_, length) => whole.subarray(0, length)),
      Buffer.concat([whole, Buffer.of(0)]),
    ]) {
      cache.store.set('a', entry);
      plant(cache, 'a', changed);
      expect(await cache.get('a'), `${changed.byteLength} bytes`).toBeUndefined();
    }
  });

  it('is a miss in the place of another entry, and removed from there', async () => {
    const cache = encrypted(first);
    await cache.set('role:alice', 'admin');
    await cache.set('role:bob', 'guest');
    const [alice, bob] = [storedBytes(cache, 'role:alice'), storedBytes(cache, 'role:bob')];
    plant(cache, 'role:bob', alice);
    plant(cache, 'role:alice', bob);
    const errors = errorsOf(cache);
    expect(await cache.get('role:bob')).toBeUndefined();
    expect(await cache.get('role:alice')).toBeUndefined();
    expect(errors).toMatchObject([{ code: 'CACHE_CORRUPT_ENTRY' }, { code: 'CACHE_CORRUPT_ENTRY' }]);
    expect(cache.storedKeys).toEqual([]);
  });

  it('is a miss under the same key of a namespace', async () => {
    const cache = encrypted(first);
    await cache.set('a', 1);
    await cache.namespace('other').set('a', 2);
    const [there = ''] = cache.storedKeys.filter((key) => key !== 'a');
    plant(cache, there, storedBytes(cache, 'a'));
    expect(await cache.namespace('other').get('a')).toBeUndefined();
  });
});

describe('the keys of encrypt', () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const text = 'correct horse battery staple 123';
  it.each([
    [[randomBytes(16)], 'keys[0] is 16 bytes'],
    [[first, Buffer.from(text + text)], 'keys[1] is 64 bytes'],
    [[text], 'keys[0] is of type string'],
    [text, 'keys is of type string'],
    [[], 'keys is an empty array'],
    [[undefined], 'keys[0] is of type undefined'],
    [[null], 'keys[0] is null'],
    [[publicKey], 'keys[0] is a public key'],
    [[createSecretKey(randomBytes(24))], 'keys[0] is a key of 24 bytes'],
    [undefined, 'keys is of type undefined'],
    [[new Float64Array(4)], 'keys[0] is of type object'],
  ])('%# are refused without being shown', (keys, message) => {
    let thrown: unknown;
    try {
      encrypt({ keys: keys as never });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'CACHE_INVALID_CONFIG', message: expect.stringContaining(message) });
    expect(inspect(thrown)).not.toContain('horse');
  });

  it('are not found in what can be printed of a cache', async () => {
    const key = Buffer.from('0123456789abcdef0123456789abcdef');
    const cache = encrypted(key);
    await cache.set('a', 1);
    const printed = inspect([cache, encrypt({ keys: [key] })], { depth: 20, showHidden: true });
    expect(printed).not.toContain('0123456789abcdef');
    expect(printed).not.toContain('30 31 32 33 34');
  });
});

describe('transforms of a cache with a codec of its own', () => {
  class LiveCache extends BaseCacheManager<unknown> {
    readonly name = 'live';
    readonly capabilities = capabilities;
    readonly store = new Map<string, StoredEntry<unknown>>();
    protected override readEntry(key: string) {
      return this.store.get(key);
    }
    protected override writeEntry(key: string, entry: StoredEntry<unknown>) {
      this.store.set(key, entry);
    }
    protected override removeEntry(key: string) {
      return this.store.delete(key);
    }
    protected override *listEntries(): Generator<CacheMetadata> {}
  }

  it('refuse what is no encoded value, rather than leave it as it is', async () => {
    const codec = { encode: (value: unknown) => value, decode: (payload: unknown) => payload, sizeOf: () => 5_000 };
    for (const transform of [encrypt({ keys: [first] }), compress()]) {
      const cache = new LiveCache({ transforms: [transform] }, codec);
      await expect(cache.set('a', { secret: 1 })).rejects.toMatchObject({
        message: expect.stringContaining('transforms'),
      });
      expect(cache.store.size).toBe(0);
    }
  });
});
