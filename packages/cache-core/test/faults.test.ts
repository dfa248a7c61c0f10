import { BaseCacheManager, CacheError, type Codec, describeEntry, type StoredEntry } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { collect } from './support/collect.js';
import { errorsOf } from './support/events.js';
import { capabilities, MapCache } from './support/map-cache.js';
import { SteppedCache } from './support/stepped-cache.js';

const fault = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
const damage = new CacheError('CACHE_CORRUPT_ENTRY', 'its checksum is wrong');

/** A cache with the entry `a`, whose hooks fail as the test says. */
async function filled(...parameters: ConstructorParameters<typeof SteppedCache>) {
  const cache = new SteppedCache(...parameters);
  await cache.set('a', 1);
  return { cache, errors: errorsOf(cache), fail: cache.turnstile.fail.bind(cache.turnstile) };
}

describe('a read whose store fails', () => {
  it('is a miss, counted as one and as an error, and told with the cause', async () => {
    const { cache, errors, fail } = await filled();
    fail('readEntry', fault);
    expect(await cache.get('a', 'fallback')).toBe('fallback');
    expect(errors).toMatchObject([{ code: 'CACHE_BACKEND_FAILED', key: 'a', cause: fault }]);
    expect(await cache.getStats()).toMatchObject({ hitCount: 0, missCount: 1, errorCount: 1 });
  });

  it('leaves the entry: an input or output error is no damage', async () => {
    const { cache, fail } = await filled();
    fail('readEntry', fault);
    await cache.get('a');
    expect(await cache.get('a')).toBe(1);
  });

  it('is a miss in every operation that reads', async () => {
    const { cache, errors, fail } = await filled();
    fail('readEntry', fault, 7);
    expect(await cache.lookup('a')).toEqual({ hit: false });
    expect(await cache.getMany(['a', 'b'])).toEqual(new Map());
    expect(await cache.exists('a')).toBe(false);
    expect(await cache.getMetadata('a')).toBeUndefined();
    expect(await cache.getOrSet('a', () => 2)).toBe(2);
    expect(errors).toHaveLength(7);
  });

  it('is a miss of its key only in a batch', async () => {
    const { cache, fail } = await filled();
    await cache.set('b', 2);
    fail('readEntry a', fault);
    expect(await cache.getMany(['a', 'b', 'c'])).toEqual(new Map([['b', 2]]));
  });

  it('keeps the value when only the record of its use fails', async () => {
    const { cache, errors, fail } = await filled();
    fail('usageOf', fault, 2);
    expect(await cache.lookup('a')).toMatchObject({ hit: true, value: 1, metadata: { key: 'a', accessCount: 0 } });
    expect(await cache.getMetadata('a')).toMatchObject({ key: 'a' });
    expect(errors).toHaveLength(2);
  });

  it('is a miss when the hook told of an expired entry throws', async () => {
    const { cache, fail } = await filled();
    await cache.set('a', 1, { ttl: 1 });
    cache.manualClock.advance(1_000);
    fail('noteExpired', fault);
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.getStats()).toMatchObject({ missCount: 1, errorCount: 1 });
  });

  it('is a miss when the hook told of an expired entry throws, in a backend without promises', async () => {
    class Failing extends MapCache {
      protected override noteExpired(): void {
        throw fault;
      }
    }
    const cache = new Failing();
    await cache.set('a', 1, { ttl: 1 });
    cache.manualClock.advance(1_000);
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.getStats()).toMatchObject({ missCount: 1, errorCount: 1 });
  });

  it('never throws what a listing throws', async () => {
    const { cache, errors, fail } = await filled();
    await cache.set('b', 2);
    fail('listed b', fault, 3);
    expect(await collect(cache.keys())).toEqual(['a']);
    expect(await cache.getStats()).toMatchObject({ totalEntries: 0, setCount: 2 });
    expect(await cache.cleanup()).toBe(0);
    expect(errors).toHaveLength(3);
  });
});

describe('a damaged entry', () => {
  it('is a miss, and is removed', async () => {
    const { cache, errors, fail } = await filled();
    fail('readEntry', damage, 2);
    expect(await cache.get('a')).toBeUndefined();
    expect(errors).toEqual([damage]);
    expect(cache.storedKeys).toEqual([]);
    expect(await cache.getStats()).toMatchObject({ missCount: 1, errorCount: 1, totalEntries: 0 });
  });

  it('stays if it has been replaced by the time it would be removed', async () => {
    const { cache, fail } = await filled();
    fail('readEntry', damage);
    await cache.get('a');
    expect(await cache.get('a')).toBe(1);
  });

  it('stays if it can not be looked at again: only damage is removed as damage', async () => {
    const { cache, errors, fail } = await filled();
    fail('readEntry', damage);
    fail('readEntry', fault);
    expect(await cache.get('a')).toBeUndefined();
    expect(cache.storedKeys).toEqual(['a']);
    expect(errors).toMatchObject([{ code: 'CACHE_CORRUPT_ENTRY' }, { code: 'CACHE_BACKEND_FAILED' }]);
  });

  it('that can not be removed is a miss all the same', async () => {
    const { cache, errors, fail } = await filled();
    fail('readEntry', damage, 2);
    fail('removeEntry', fault);
    expect(await cache.get('a')).toBeUndefined();
    expect(errors).toHaveLength(2);
  });

  it('whose payload can not be decoded is found by the base class', async () => {
    const { cache, errors } = await filled();
    spoil(cache, '{"secret-value');
    expect(await cache.get('a')).toBeUndefined();
    expect(errors).toMatchObject([{ code: 'CACHE_CORRUPT_ENTRY', key: 'a' }]);
    expect(cache.storedKeys).toEqual([]);
  });
});

describe('no message holds a cached value', () => {
  function textOf(errors: readonly CacheError[]): string {
    return errors.map((error) => `${error.message} ${error.stack} ${String(error.cause)}`).join('\n');
  }

  it('when a payload can not be decoded', async () => {
    const { cache, errors } = await filled();
    spoil(cache, 'secret-value');
    await cache.get('a');
    expect(errors).toHaveLength(1);
    expect(textOf(errors)).not.toContain('secret');
  });

  it('when a payload is spoilt between the two reads of a getOrSet', async () => {
    const cache = new SteppedCache();
    const errors = errorsOf(cache);
    const lock = cache.turnstile.hold('lock a');
    const computed = cache.getOrSet('a', () => 2);
    await lock.arrival;
    await cache.set('a', 1);
    spoil(cache, 'secret-value');
    lock.release();
    expect(await computed).toBe(2);
    expect(errors).toMatchObject([{ code: 'CACHE_CORRUPT_ENTRY', key: 'a' }]);
    expect(textOf(errors)).not.toContain('secret');
  });

  it('when a backend parses by itself and lets the parser throw', async () => {
    const { cache, errors, fail } = await filled();
    fail(
      'readEntry',
      caught(() => JSON.parse('secret-value')),
    );
    await cache.get('a');
    expect(errors).toMatchObject([{ code: 'CACHE_BACKEND_FAILED' }]);
    expect(textOf(errors)).not.toContain('secret');
  });

  it('when a value can not be encoded', async () => {
    const cache = new MapCache();
    class Secret {
      readonly text = 'secret-value';
      constructor() {
        Object.defineProperty(this, 'broken', {
          enumerable: true,
          get: () => {
            throw new Error('secret-value');
          },
        });
      }
    }
    const values = [
      { ...new Map(), list: ['secret-value', () => 'secret-value'] },
      new Secret(),
      Symbol('secret-value'),
    ];
    const withGetter = Object.defineProperty({}, 'broken', {
      enumerable: true,
      get: () => {
        throw new Error('secret-value');
      },
    });
    for (const value of [...values, withGetter]) {
      const error = await cache.set('a', value).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'CACHE_UNSERIALIZABLE', key: 'a' });
      expect(textOf([error as CacheError])).not.toContain('secret');
    }
  });
});

describe('a write whose store fails', () => {
  it('is false, counted and told, and leaves what was there', async () => {
    const { cache, errors, fail } = await filled();
    fail('writeEntry', fault);
    expect(await cache.set('a', 2)).toBe(false);
    expect(await cache.get('a')).toBe(1);
    expect(errors).toMatchObject([{ code: 'CACHE_BACKEND_FAILED', key: 'a', cause: fault }]);
    expect(await cache.getStats()).toMatchObject({ setCount: 1, errorCount: 1 });
  });

  it('is one less of a setMany, and stops none of the others', async () => {
    const { cache, fail } = await filled();
    fail('writeEntry b', fault);
    expect(
      await cache.setMany([
        ['b', 2],
        ['c', 3],
      ]),
    ).toBe(1);
    expect(await cache.getMany(['b', 'c'])).toEqual(new Map([['c', 3]]));
  });

  it('does not stop the writes of the same key that wait behind it', async () => {
    const { cache, fail } = await filled();
    fail('writeEntry', fault);
    expect(await Promise.all([cache.set('a', 2), cache.set('a', 3)])).toEqual([false, true]);
    expect(await cache.get('a')).toBe(3);
  });

  it.each(['noteWritten', 'removeEntry'])('is true once the entry is stored, whatever happens in %s', async (hook) => {
    const { cache, errors, fail } = await filled({ maxEntries: 1 });
    fail(hook, fault);
    expect(await cache.set('b', 2)).toBe(true);
    expect(await cache.get('b')).toBe(2);
    expect(errors).toMatchObject([{ code: 'CACHE_BACKEND_FAILED', cause: fault }]);
    expect(await cache.getStats()).toMatchObject({ setCount: 2 });
  });

  it('is true once the entry is stored, when the store can not be listed for an eviction', async () => {
    const cache = new SteppedCache({ maxEntries: 1 });
    const errors = errorsOf(cache);
    cache.turnstile.fail('listEntries', fault);
    expect(await cache.set('a', 1)).toBe(true);
    expect(errors).toMatchObject([{ code: 'CACHE_BACKEND_FAILED', cause: fault }]);
    expect(await cache.set('b', 2)).toBe(true);
    expect(cache.storedKeys).toEqual(['b']);
  });

  it('that is a delete is false, and the entry stays', async () => {
    const { cache, errors, fail } = await filled();
    await cache.set('b', 2);
    fail('removeEntry a', fault, 2);
    expect(await cache.delete('a')).toBe(false);
    expect(await cache.deleteMany(['a', 'b'])).toBe(1);
    expect(await cache.get('a')).toBe(1);
    expect(errors).toHaveLength(2);
    expect(await cache.getStats()).toMatchObject({ deleteCount: 1 });
  });

  it('that is a delete removes what can not be read, and says that it was there unless it was damaged', async () => {
    const { cache, fail } = await filled();
    await cache.set('b', 2);
    fail('readEntry a', fault);
    fail('readEntry b', damage);
    expect(await cache.delete('a')).toBe(true);
    expect(await cache.delete('b')).toBe(false);
    expect(cache.storedKeys).toEqual([]);
  });
});

describe('a counter that can not be kept', () => {
  class Forgetful extends MapCache {
    protected override saveStats(): void {
      throw fault;
    }
  }

  it('makes no operation fail', async () => {
    const cache = new Forgetful();
    expect(await cache.set('a', 1)).toBe(true);
    expect(await cache.get('a')).toBe(1);
    expect(await cache.get('b')).toBeUndefined();
    expect(await cache.getStats()).toMatchObject({ setCount: 1, hitCount: 1, missCount: 1 });
  });

  it('leaves the own counters when those of others can not be had', async () => {
    class Alone extends MapCache {
      protected override loadStats(): never {
        throw fault;
      }
    }
    const cache = new Alone();
    const errors = errorsOf(cache);
    await cache.set('a', 1);
    expect(await cache.getStats()).toMatchObject({ setCount: 1, totalEntries: 1 });
    expect(errors).toHaveLength(1);
  });
});

describe('a codec of a backend', () => {
  const upperCase: Codec<string> = {
    encode: (value) => {
      if (typeof value !== 'string') throw new TypeError(`no text: ${String(value)}`);
      return value;
    },
    decode: (payload) => {
      if (payload === 'bad') throw new TypeError('secret-value');
      return payload.toUpperCase();
    },
    sizeOf: (payload) => payload.length,
  };

  class TextCache extends BaseCacheManager<string> {
    readonly name = 'text';
    readonly capabilities = capabilities;
    readonly #store = new Map<string, StoredEntry<string>>();
    constructor() {
      super({}, upperCase);
    }
    protected override readEntry(key: string): StoredEntry<string> | undefined {
      return this.#store.get(key);
    }
    protected override writeEntry(key: string, entry: StoredEntry<string>): void {
      this.#store.set(key, entry);
    }
    protected override removeEntry(key: string): boolean {
      return this.#store.delete(key);
    }
    protected override *listEntries() {
      for (const [key, entry] of this.#store) yield describeEntry(key, entry, entry, this.clock.now());
    }
  }

  it('decides what is stored, how large it is, and what comes back', async () => {
    await using cache = new TextCache();
    expect(await cache.set('a', 'text')).toBe(true);
    expect(await cache.lookup('a')).toMatchObject({ value: 'TEXT', metadata: { sizeBytes: 4 } });
  });

  it('refuses a value with whatever it throws', async () => {
    await using cache = new TextCache();
    const error: unknown = await cache.set('a', 5).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'CACHE_UNSERIALIZABLE', key: 'a' });
  });

  it('finds damage with whatever it throws', async () => {
    await using cache = new TextCache();
    const errors = errorsOf(cache);
    await cache.set('a', 'bad');
    expect(await cache.get('a')).toBeUndefined();
    expect(errors).toMatchObject([{ code: 'CACHE_CORRUPT_ENTRY', key: 'a' }]);
    expect(await cache.getStats()).toMatchObject({ totalEntries: 0 });
  });
});

function spoil(cache: SteppedCache, data: string): void {
  const entry = cache.store.get('a');
  if (entry === undefined) throw new Error('there is no entry to spoil');
  cache.store.set('a', { ...describeEntry('a', entry, entry, 0), payload: { encoding: 'json', data } });
}

function caught(task: () => unknown): unknown {
  try {
    task();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
