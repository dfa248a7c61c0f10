import { inspect } from 'node:util';
import type { CacheManager } from '@glovebox/cache-core';
import { type TypedCache, typed } from '@glovebox/cache-core/typed';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorsOf, eventsOf } from '../support/events.js';
import { heldFactory } from '../support/held-factory.js';
import { capabilities, MapCache } from '../support/map-cache.js';
import { SteppedCache } from '../support/stepped-cache.js';
import { numbersFrom, SCHEMAS, type User, ZOE } from './schemas.js';

const WRONG = { name: 'Xanthippe', address: { city: 987_654_321 } };

describe.each(Object.entries(SCHEMAS))('a cache typed by %s', (_, schema) => {
  it('gives what was stored, by every read', async () => {
    const users = typed(new MapCache(), schema);
    expect(await users.set('zoe', ZOE, { ttl: '5m', tags: ['a'] })).toBe(true);
    expect(await users.get('zoe')).toEqual(ZOE);
    expect(await users.get('nobody', null)).toBeNull();
    expect(await users.lookup('zoe')).toMatchObject({
      hit: true,
      value: ZOE,
      metadata: { key: 'zoe', ttlSeconds: 300, tags: ['a'], accessCount: 2 },
    });
    expect(
      await users.setMany([
        ['yann', ZOE],
        ['xie', ZOE, { ttl: 5 }],
      ]),
    ).toBe(2);
    expect(await users.getMany(['xie', 'nobody', 'yann'])).toEqual(
      new Map([
        ['xie', ZOE],
        ['yann', ZOE],
      ]),
    );
    expect(await users.exists('zoe')).toBe(true);
    expect((await users.getMetadata('xie'))?.ttlSeconds).toBe(5);
    expect(await users.touch('xie', '1h')).toBe(true);
    expect(await users.add('zoe', ZOE)).toBe(false);
    expect(await users.add('will', ZOE)).toBe(true);
    expect(await users.take('will')).toEqual(ZOE);
    expect(await users.update('zoe', (user) => ({ ...ZOE, name: `${user?.name}!` }))).toEqual({ ...ZOE, name: 'Zoe!' });
    expect(await users.update('zoe', () => undefined)).toEqual({ ...ZOE, name: 'Zoe!' });
    expect(await users.getOrSet('vera', () => ZOE)).toEqual(ZOE);
    expect(await users.getOrSet('vera', () => WRONG as never)).toEqual(ZOE);
    expect(await users.delete('vera')).toBe(true);
    expect(await users.deleteMany(['xie', 'nobody'])).toBe(1);
    const keys: string[] = [];
    for await (const key of users.keys()) keys.push(key);
    expect(keys.sort()).toEqual(['yann', 'zoe']);
    await users.clear();
    expect(await users.exists('zoe')).toBe(false);
  });

  const WRITES: Record<string, (users: TypedCache<User, User>) => Promise<unknown>> = {
    set: (users) => users.set('zoe', WRONG as never),
    setMany: (users) =>
      users.setMany([
        ['xie', ZOE],
        ['zoe', WRONG as never],
      ]),
    add: (users) => users.add('zoe', WRONG as never),
    update: (users) => users.update('zoe', () => WRONG as never),
    getOrSet: (users) => users.getOrSet('zoe', () => WRONG as never),
  };
  it.each(Object.entries(WRITES))(
    'stores nothing by a %s that does not fit, and names the place without the value',
    async (_, write) => {
      const cache = new MapCache();
      const users = typed(cache, schema);
      const error: unknown = await write(users).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'CACHE_INVALID_VALUE', key: 'zoe' });
      expect(String(error)).toContain('address.city');
      expect(inspect(error)).not.toMatch(/Xanthippe|987654321/);
      expect(cache.storedKeys).toEqual([]);
    },
  );

  const READS: Record<string, (users: TypedCache<User, User>) => Promise<unknown>> = {
    get: (users) => users.get('zoe'),
    lookup: async (users) => ((await users.lookup('zoe')).hit ? 'hit' : undefined),
    getMany: async (users) => (await users.getMany(['zoe'])).get('zoe'),
    take: (users) => users.take('zoe'),
  };
  it.each(Object.entries(READS))(
    'misses what does not fit by a %s, counts a miss and no error, and removes it',
    async (_, read) => {
      const cache = new MapCache();
      await cache.set('zoe', WRONG);
      const events = eventsOf(cache);
      expect(await read(typed(cache, schema))).toBeUndefined();
      const { hitCount, missCount, errorCount, deleteCount } = await cache.getStats();
      expect({ hitCount, missCount, errorCount, deleteCount }).toEqual({
        hitCount: 0,
        missCount: 1,
        errorCount: 0,
        deleteCount: 0,
      });
      expect(events).toEqual(['miss zoe']);
      expect(cache.storedKeys).toEqual([]);
    },
  );

  it('takes what does not fit for missing in all that looks first', async () => {
    const cache = new MapCache();
    const users = typed(cache, schema);
    const misfit = () => cache.set('zoe', WRONG);
    await misfit();
    expect(await users.exists('zoe')).toBe(false);
    expect(await users.getMetadata('zoe')).toBeUndefined();
    expect(await users.touch('zoe', 5)).toBe(false);
    expect((await cache.getMetadata('zoe'))?.ttlSeconds).toBeNull();
    expect(await users.add('zoe', ZOE)).toBe(true);
    expect(await users.get('zoe')).toEqual(ZOE);
    await misfit();
    const seen: unknown[] = [];
    const keep = (user: User | undefined) => {
      seen.push(user);
      return ZOE;
    };
    expect(await users.update('zoe', keep, { ttl: 7 })).toEqual(ZOE);
    expect((await cache.getMetadata('zoe'))?.ttlSeconds).toBe(7);
    await misfit();
    expect(await users.getOrSet('zoe', ({ previous }) => keep(previous), { grace: '1h' })).toEqual(ZOE);
    expect(seen).toEqual([undefined, undefined]);
    expect(await cache.get('zoe')).toEqual(ZOE);
    const { errorCount } = await cache.getStats();
    expect(errorCount).toBe(0);
  });
});

describe('a typed getOrSet', () => {
  it('runs one factory for all who ask at once, and each has a value of its own', async () => {
    const users = typed(new MapCache(), SCHEMAS.valibot ?? fail());
    let runs = 0;
    const compute = async () => {
      runs++;
      return { ...ZOE, address: { ...ZOE.address } };
    };
    const all = await Promise.all([1, 2, 3].map(() => users.getOrSet('zoe', compute)));
    expect(runs).toBe(1);
    expect(all).toEqual([ZOE, ZOE, ZOE]);
    expect(new Set(all.map(({ address }) => address)).size).toBe(3);
  });

  it('shares its run with the cache itself, and is outdated by its writes', async () => {
    const cache = new MapCache();
    await cache.get('open');
    const numbers = typed(cache, numbersFrom(0));
    const computing = numbers.getOrSet('n', async () => 1);
    expect(await cache.getOrSet('n', () => 2)).toBe(1);
    expect(await computing).toBe(1);
    const late = heldFactory(6);
    const outdated = numbers.getOrSet('m', late.run);
    await late.start;
    await cache.set('m', 5);
    late.finish();
    expect(await outdated).toBe(6);
    expect(await cache.get('m')).toBe(5);
  });

  it('does not hand on what somebody else computes and does not fit', async () => {
    const cache = new MapCache();
    await cache.get('open');
    const computing = cache.getOrSet('n', async () => 'text');
    await expect(typed(cache, numbersFrom(0)).getOrSet('n', () => 1)).rejects.toMatchObject({
      code: 'CACHE_INVALID_VALUE',
    });
    expect(await computing).toBe('text');
  });

  it('serves an older value that fits in its grace, and no other', async () => {
    const cache = new MapCache();
    const down = () => Promise.reject(new Error('down'));
    const numbers = typed(cache, numbersFrom(5));
    await numbers.getOrSet('n', () => 6, { ttl: 1, grace: '1h' });
    await cache.getOrSet('m', () => 4, { ttl: 1, grace: '1h' });
    cache.manualClock.advance(2_000);
    expect(await numbers.getOrSet('n', down, { grace: '1h' })).toBe(6);
    await expect(numbers.getOrSet('m', down, { grace: '1h' })).rejects.toThrow('down');
    const seen: unknown[] = [];
    await numbers.getOrSet(
      'n',
      ({ previous }) => {
        seen.push(previous);
        return 7;
      },
      { grace: '1h' },
    );
    expect(seen).toEqual([6]);
  });

  it('gives undefined for a factory that has nothing, and stores nothing', async () => {
    const cache = new MapCache();
    expect(await typed(cache, numbersFrom(0)).getOrSet('n', () => undefined)).toBeUndefined();
    expect(cache.storedKeys).toEqual([]);
  });
});

describe('a schema that changes what it takes', () => {
  const Lengths = z.object({ text: z.string().transform((text) => text.length), times: z.number().default(3) });

  it('is stored as it takes it, and each read gives what it makes of that', async () => {
    const cache = new MapCache();
    const lengths = typed(cache, Lengths);
    await lengths.set('a', { text: 'four' });
    expect(await cache.get('a')).toEqual({ text: 'four' });
    for (let read = 0; read < 3; read++) expect(await lengths.get('a')).toEqual({ text: 4, times: 3 });
    expect(await lengths.getOrSet('b', () => ({ text: 'three', times: 1 }))).toEqual({ text: 5, times: 1 });
    expect(await lengths.getOrSet('b', () => ({ text: 'never' }))).toEqual({ text: 5, times: 1 });
    expect(await lengths.update('a', (current) => ({ text: 'x'.repeat((current?.text ?? 0) * 2) }))).toEqual({
      text: 8,
      times: 3,
    });
    expect(await lengths.update('a', () => undefined)).toEqual({ text: 8, times: 3 });
    const waiting = await Promise.all([1, 2].map(() => lengths.getOrSet('c', async () => ({ text: 'xy' }))));
    expect(waiting).toEqual([
      { text: 2, times: 3 },
      { text: 2, times: 3 },
    ]);
    expect(await lengths.take('a')).toEqual({ text: 8, times: 3 });
  });
});

describe('increment of a typed cache', () => {
  it('stays within the schema', async () => {
    const cache = new MapCache();
    const numbers = typed(cache, z.number().max(3));
    expect(await numbers.increment('n')).toBe(1);
    expect(await numbers.increment('n', 2)).toBe(3);
    await expect(numbers.increment('n')).rejects.toMatchObject({ code: 'CACHE_INVALID_VALUE' });
    expect(await numbers.get('n')).toBe(3);
    await cache.set('n', 'text');
    expect(await numbers.increment('n')).toBe(1);
    await expect(numbers.increment('n', Number.NaN)).rejects.toMatchObject({ code: 'CACHE_INVALID_CONFIG' });
  });

  it('loses none, from many views at once', async () => {
    const cache = new MapCache();
    await Promise.all(Array.from({ length: 300 }, () => typed(cache, numbersFrom(0)).increment('n')));
    expect(await cache.get('n')).toBe(300);
  });
});

describe('a version', () => {
  const at = (cache: CacheManager, version?: string | number) => typed(cache, numbersFrom(0), { version });

  it('makes entries of another one misses that are removed, without a look at their values', async () => {
    const cache = new MapCache();
    const validated: unknown[] = [];
    await at(cache, 1).set('n', 5);
    await cache.set('m', 6);
    const numbers = typed(
      cache,
      numbersFrom(0, (value) => validated.push(value)),
      { version: 2 },
    );
    cache.store.set('n', { ...(cache.store.get('n') ?? fail()), payload: { encoding: 'json', data: '{not JSON' } });
    expect(await numbers.exists('n')).toBe(false);
    expect(await numbers.get('n')).toBeUndefined();
    expect(await numbers.get('m')).toBeUndefined();
    expect(validated).toEqual([]);
    expect(cache.storedKeys).toEqual([]);
    const { missCount, errorCount } = await cache.getStats();
    expect({ missCount, errorCount }).toEqual({ missCount: 2, errorCount: 0 });
  });

  it('is kept by every write, and hidden from metadata', async () => {
    const cache = new MapCache();
    const numbers = at(cache, 'v2');
    const other = at(cache, 'v1');
    const writes: (() => Promise<unknown>)[] = [
      () => numbers.set('n', 1),
      () => numbers.set('n', 1, { tags: ['a'], ttl: 5 }),
      () => numbers.setMany([['n', 1, { tags: ['a'] }]]),
      () => numbers.add('n', 1),
      () => numbers.add('n', 1, { tags: ['a'] }),
      () => numbers.update('n', () => 1),
      () => numbers.update('n', () => 1, { tags: ['a'] }),
      () => numbers.increment('n', 1, { tags: ['a'] }),
      () => numbers.getOrSet('n', () => 1),
      () => numbers.getOrSet('n', () => 1, { tags: ['a'] }),
      () =>
        numbers.getOrSet('n', ({ setTags }) => {
          setTags(['a']);
          return 1;
        }),
    ];
    for (const [index, write] of writes.entries()) {
      for (const before of [undefined, other]) {
        await cache.clear();
        await before?.set('n', 3, { tags: ['old'] });
        await write();
        expect(await numbers.get('n'), `write ${index}`).toBe(1);
        await numbers.touch('n', 9);
        await numbers.update('n', (n = 0) => n + 1);
        expect(await numbers.get('n'), `write ${index}`).toBe(2);
        const { tags = [] } = (await numbers.getMetadata('n')) ?? {};
        expect(['', 'a']).toContain(tags.join());
        expect((await cache.getMetadata('n'))?.tags).toEqual([...tags, 'glovebox:schema:v2']);
      }
    }
  });

  it('is asked of listed keys', async () => {
    const cache = new MapCache();
    await at(cache, 1).set('old', 1);
    await at(cache, 2).set('new', 1);
    await at(cache, 2).set('newer', 1);
    const keys: string[] = [];
    for await (const key of at(cache, 2).keys({ prefix: 'newe' })) keys.push(key);
    expect(keys).toEqual(['newer']);
  });

  it('of none takes entries of all', async () => {
    const cache = new MapCache();
    await at(cache, 1).set('n', 1);
    expect(await at(cache).get('n')).toBe(1);
  });
});

describe('removing what does not fit', () => {
  it('spares a value that is written between the look and the removal', async () => {
    const cache = new SteppedCache();
    const numbers = typed(cache, numbersFrom(0));
    await cache.set('n', 'text');
    const held = cache.turnstile.hold('readEntry');
    const reading = numbers.get('n');
    await held.arrival;
    cache.store.set('n', {
      ...(cache.store.get('n') ?? fail()),
      createdAt: 1,
      payload: { encoding: 'json', data: '5' },
    });
    held.release();
    expect(await reading).toBeUndefined();
    expect(await numbers.get('n')).toBe(5);
  });

  it('spares a value that was set while an async schema took its time', async () => {
    const cache = new MapCache();
    const verdict = heldFactory(false);
    const slow = typed(cache, z.number().refine(verdict.run));
    await cache.set('n', 1);
    const reading = slow.get('n');
    await verdict.start;
    await cache.set('n', 2);
    verdict.finish();
    expect(await reading).toBeUndefined();
    expect(await cache.get('n')).toBe(2);
  });
});

describe('a store that several processes share', () => {
  class SharedMapCache extends MapCache {
    override readonly capabilities = { ...capabilities, multiProcess: true };
  }

  it('keeps what does not fit until it is replaced, if its backend can not look and remove at once', async () => {
    const cache = new SharedMapCache();
    const numbers = typed(cache, numbersFrom(0));
    await cache.set('n', 'text');
    expect(await numbers.get('n')).toBeUndefined();
    expect(cache.storedKeys).toEqual(['n']);
    expect(await numbers.getOrSet('n', () => 5)).toBe(5);
    expect(await numbers.get('n')).toBe(5);
  });

  it('still loses what is damaged', async () => {
    const cache = new SharedMapCache();
    await cache.set('n', 5);
    cache.store.set('n', { ...(cache.store.get('n') ?? fail()), payload: { encoding: 'json', data: '{' } });
    expect(await typed(cache, numbersFrom(0)).get('n')).toBeUndefined();
    expect(cache.storedKeys).toEqual([]);
  });
});

describe('a schema that throws', () => {
  it('is a fault of reads: a miss that is counted, with nothing removed', async () => {
    const cache = new MapCache();
    const errors = errorsOf(cache);
    await cache.set('n', 1);
    const broken = typed(
      cache,
      z.number().refine(() => {
        throw new Error('bug');
      }),
    );
    expect(await broken.get('n')).toBeUndefined();
    expect(await broken.exists('n')).toBe(false);
    expect(errors.map(({ code }) => code)).toEqual(['CACHE_BACKEND_FAILED', 'CACHE_BACKEND_FAILED']);
    expect(cache.storedKeys).toEqual(['n']);
    await expect(broken.set('n', 2)).rejects.toThrow('bug');
  });
});

describe('a value that takes time to validate', () => {
  it('is stored as it was when set was called', async () => {
    const users = typed(new MapCache(), SCHEMAS['an async schema of zod'] ?? fail());
    const user = structuredClone(ZOE);
    const setting = users.set('zoe', user);
    user.address.city = 'Bern';
    await setting;
    expect(await users.get('zoe')).toEqual(ZOE);
  });
});

describe('a value that can not be stored', () => {
  it('is told of once, though the schema comes to its own verdict later', async () => {
    const cache = new MapCache();
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listener);
    const never = typed(
      cache,
      z.any().refine(async () => false),
    );
    await expect(never.set('a', () => 'a function')).rejects.toMatchObject({
      code: 'CACHE_UNSERIALIZABLE',
      key: 'a',
    });
    await expect(never.setMany([['a', () => 'a function']])).rejects.toMatchObject({ code: 'CACHE_UNSERIALIZABLE' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });
});

describe('namespaces and typed caches', () => {
  it('can be had in either order, and see the same entries', async () => {
    const cache = new MapCache();
    const outer = typed(cache, numbersFrom(0), { version: 1 }).namespace('a').namespace('b');
    const inner = typed(cache.namespace('a').namespace('b'), numbersFrom(0), { version: 1 });
    await outer.set('n', 1);
    expect(await inner.lookup('n')).toMatchObject({ value: 1, metadata: { key: 'n', tags: [] } });
    expect(await inner.getMany(['n'])).toEqual(new Map([['n', 1]]));
    expect(await inner.getOrSet('n', () => 2)).toBe(1);
    expect(await inner.increment('n')).toBe(2);
    expect(await inner.exists('n')).toBe(true);
    expect(await cache.get('n')).toBeUndefined();
    const keys: string[] = [];
    for await (const key of inner.keys()) keys.push(key);
    expect(keys).toEqual(['n']);
    expect((await inner.getStats()).hitCount).toBe(3);
    await cache.namespace('a').namespace('b').set('n', -1);
    expect(await outer.get('n')).toBeUndefined();
    await outer.clear();
    expect(cache.storedKeys).toEqual([]);
  });

  it('have tags of their own, whichever operation gave them', async () => {
    const cache = new MapCache();
    const space = cache.namespace('a');
    const numbers = typed(space, numbersFrom(0), { version: 1 });
    const writes: (() => Promise<unknown>)[] = [
      () => numbers.set('n', 1, { tags: ['t'] }),
      () => numbers.add('n', 1, { tags: ['t'] }),
      () => numbers.update('n', () => 1, { tags: ['t'] }),
      () => numbers.getOrSet('n', () => 1, { tags: ['t'] }),
      () =>
        numbers.getOrSet('n', ({ setTags }) => {
          setTags(['t']);
          return 1;
        }),
    ];
    for (const [index, write] of writes.entries()) {
      await numbers.clear();
      await write();
      expect(await numbers.get('n'), `write ${index}`).toBe(1);
      expect((await numbers.getMetadata('n'))?.tags, `write ${index}`).toEqual(['t']);
      expect(await numbers.lookup('n'), `write ${index}`).toMatchObject({ metadata: { tags: ['t'] } });
      const listed: unknown[] = [];
      for await (const { key, tags } of numbers.entries({ tag: 't' })) listed.push([key, tags]);
      expect(listed, `write ${index}`).toEqual([['n', ['t']]]);
      await cache.invalidateTags(['t']);
      expect(await numbers.exists('n'), `write ${index}`).toBe(true);
      await numbers.invalidateTags(['t']);
      expect(await numbers.get('n'), `write ${index}`).toBeUndefined();
    }
  });

  it('end with what they are views of, and end nothing', async () => {
    const cache = new MapCache();
    const namespace = cache.namespace('a');
    const view = typed(namespace, numbersFrom(0));
    const below = view.namespace('b');
    await view.close();
    const closed = { code: 'CACHE_CLOSED' };
    await expect(view.get('n')).rejects.toMatchObject(closed);
    await expect(view.clear()).rejects.toMatchObject(closed);
    await expect(below.set('n', 1)).rejects.toMatchObject(closed);
    await expect(below.getStats()).rejects.toMatchObject(closed);
    const other = typed(namespace, numbersFrom(0));
    await other.set('n', 1);
    await namespace.close();
    await expect(other.get('n')).rejects.toMatchObject(closed);
    const last = typed(cache, numbersFrom(0));
    await cache.close();
    for (const operation of [
      () => last.get('n'),
      () => last.set('n', 1),
      () => last.setMany([]),
      () => last.exists('n'),
      () => last.increment('n'),
      () => last.getOrSet('n', () => 1),
      () => last.keys().next(),
    ]) {
      await expect(operation()).rejects.toMatchObject(closed);
    }
  });
});

describe('keys of a typed cache', () => {
  it('are made by the option key', async () => {
    const users = typed(new MapCache(), numbersFrom(0), { key: (id: number) => `user:${id}` });
    await users.set(users.key(5), 1);
    expect(await users.get('user:5')).toBe(1);
    const plain = typed(new MapCache(), numbersFrom(0));
    expect(plain.key('a')).toBe('a');
  });

  it('are checked like those of the cache', async () => {
    const numbers = typed(new MapCache(), numbersFrom(0));
    for (const operation of [
      () => numbers.get(''),
      () => numbers.set('', 1),
      () => numbers.setMany([['', 1]]),
      () => numbers.getMany(['']),
      () => numbers.getOrSet('', () => 1),
      () => numbers.take(''),
      () => numbers.exists(''),
      () => numbers.delete(''),
    ]) {
      await expect(operation()).rejects.toMatchObject({ code: 'CACHE_INVALID_KEY' });
    }
  });
});

describe('what typed refuses', () => {
  it.each([
    [{ get() {} }, numbersFrom(0), {}, 'the cache is built on something else'],
    [null, numbersFrom(0), {}, 'the cache is null'],
    [new MapCache(), {}, {}, 'the schema is of type object'],
    [new MapCache(), undefined, {}, 'the schema is undefined'],
    [new MapCache(), numbersFrom(0), { version: '' }, 'version is ""'],
    [new MapCache(), numbersFrom(0), { version: Number.NaN }, 'version is NaN'],
    [new MapCache(), numbersFrom(0), { key: 'a' }, 'key is "a"'],
    [new MapCache(), numbersFrom(0), { verzion: 1 }, "did you mean 'version'?"],
  ])('%#', (cache, schema, options, message) => {
    expect(() => typed(cache as never, schema as never, options as never)).toThrow(
      expect.objectContaining({ code: 'CACHE_INVALID_CONFIG', message: expect.stringContaining(message) }),
    );
  });

  it('options that the cache would refuse', async () => {
    const numbers = typed(new MapCache(), numbersFrom(0), { version: 1 });
    for (const options of [5, null, { tags: 'a' }, { ttl: -1 }, { tagz: [] }]) {
      await expect(numbers.set('n', 1, options as never), JSON.stringify(options)).rejects.toMatchObject({
        code: expect.stringMatching(/CACHE_INVALID_(CONFIG|TTL)/),
      });
    }
  });
});

function fail(): never {
  throw new Error('there is none');
}
