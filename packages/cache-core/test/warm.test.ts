import { getEventListeners } from 'node:events';
import { CacheError } from '@glovebox/cache-core';
import { type WarmProgress, warm } from '@glovebox/cache-core/warm';
import { describe, expect, it } from 'vitest';
import { heldFactory } from './support/held-factory.js';
import { MapCache } from './support/map-cache.js';

async function* lazily(keys: Iterable<string>): AsyncGenerator<string> {
  yield* keys;
}

/** Each factory waits until the test ends it. */
function heldFactories() {
  const held = new Map<string, ReturnType<typeof heldFactory<string>>>();
  const of = (key: string) => {
    const known = held.get(key) ?? heldFactory(`made of ${key}`);
    held.set(key, known);
    return known;
  };
  return { of, run: (key: string) => of(key).run(), runs: () => [...held.keys()].filter((key) => of(key).runs() > 0) };
}

describe('warm', () => {
  it('computes and stores what is missing, and says what became of all', async () => {
    await using cache = new MapCache();
    await cache.set('b', 'there');
    const asked: string[] = [];
    const report = await warm(cache, ['a', 'b', 'c'], (key) => {
      asked.push(key);
      return key.toUpperCase();
    });
    expect(report).toEqual({ totalCount: 3, hitCount: 1, computedCount: 2, failedCount: 0, failures: [] });
    expect(Object.isFrozen(report) && Object.isFrozen(report.failures)).toBe(true);
    expect(asked).toEqual(['a', 'c']);
    expect(await cache.getMany(['a', 'b', 'c'])).toEqual(
      new Map([
        ['a', 'A'],
        ['b', 'there'],
        ['c', 'C'],
      ]),
    );
  });

  it('leaves alone what is there: no hit, and no access', async () => {
    await using cache = new MapCache();
    await cache.set('a', 1);
    cache.manualClock.advance(5_000);
    const before = await cache.getStats();
    await warm(cache, ['a'], () => 2);
    expect(await cache.getStats()).toEqual(before);
    expect(await cache.getMetadata('a')).toMatchObject({ accessCount: 0, lastAccessedAt: before.lastUpdatedAt });
  });

  it('passes options and the context of the factory on, and computes what has expired', async () => {
    await using cache = new MapCache();
    const options = { ttl: '1m', tags: ['warmed'], grace: '1h' } as const;
    await warm(cache, ['a'], () => 1, options);
    cache.manualClock.advance(61_000);
    const report = await warm(
      cache,
      ['a', 'b'],
      (_key, { previous, setTtl }) => {
        setTtl('2m');
        return { previous };
      },
      options,
    );
    expect(report.computedCount).toBe(2);
    expect(await cache.get('a')).toEqual({ previous: 1 });
    expect(await cache.getMetadata('b')).toMatchObject({ ttlSeconds: 120, tags: ['warmed'] });
  });

  it('runs so many factories at once and takes a key when there is room for it', async () => {
    await using cache = new MapCache();
    const factories = heldFactories();
    const taken: string[] = [];
    function* keys() {
      for (const key of 'abcdef') {
        taken.push(key);
        yield key;
      }
    }
    const warming = warm(cache, keys(), factories.run, { concurrency: 2 });
    await Promise.all([factories.of('a').start, factories.of('b').start]);
    expect(factories.runs()).toEqual(['a', 'b']);
    expect(taken).toEqual(['a', 'b', 'c']);
    factories.of('b').finish();
    await factories.of('c').start;
    expect(taken).toEqual(['a', 'b', 'c', 'd']);
    for (const key of 'acdef') factories.of(key).finish();
    expect((await warming).computedCount).toBe(6);
  });

  it('runs four at once unless told otherwise', async () => {
    await using cache = new MapCache();
    let running = 0;
    let most = 0;
    await warm(
      cache,
      Array.from({ length: 20 }, (_, index) => `${index}`),
      async () => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        return running--;
      },
    );
    expect(most).toBe(4);
  });

  it('goes on after factories that fail, and names the first hundred', async () => {
    await using cache = new MapCache();
    const keys = Array.from({ length: 300 }, (_, index) => `key ${index}`);
    const wrong = new Error('not found');
    const report = await warm(cache, keys, async (key) => {
      if (key.endsWith('0')) return 'fine';
      throw wrong;
    });
    expect(report).toMatchObject({ totalCount: 300, hitCount: 0, computedCount: 30, failedCount: 270 });
    expect(report.failures).toHaveLength(100);
    expect(report.failures[0]).toEqual({ key: 'key 1', error: wrong });
    expect((await cache.getStats()).totalEntries).toBe(30);
  });

  it('counts as a failure what cannot be stored, and an older value that was served instead of a new one', async () => {
    await using cache = new MapCache();
    await warm(cache, ['old'], () => 1, { ttl: 1, grace: '1h' });
    cache.manualClock.advance(1_000);
    const failing = (key: string) => {
      if (key === 'old') throw new Error('down');
      return () => key;
    };
    const { failures } = await warm<unknown>(cache, ['old', 'function'], failing, { grace: '1h' });
    expect(failures).toMatchObject([
      { key: 'old', error: { message: 'down' } },
      { key: 'function', error: { code: 'CACHE_UNSERIALIZABLE' } },
    ]);
  });

  it('shares the run of a factory with whoever asks for its key meanwhile', async () => {
    await using cache = new MapCache();
    const held = heldFactory('value');
    const first = cache.getOrSet('a', held.run);
    await held.start;
    const warming = warm(cache, ['a'], () => 'another');
    held.finish();
    expect(await first).toBe('value');
    expect(await warming).toMatchObject({ hitCount: 1, computedCount: 0 });
    expect(await cache.get('a')).toBe('value');
  });

  it('tells after each key how far it is, and the total where that is known', async () => {
    await using cache = new MapCache();
    await cache.set('a', 1);
    const progress: WarmProgress[] = [];
    const fail = (key: string) => {
      if (key === 'c') throw new Error('no');
      return key;
    };
    const onProgress = (each: WarmProgress) => progress.push(each);
    await warm(cache, new Set(['a', 'b', 'c']), fail, { onProgress, concurrency: 1 });
    expect(progress).toEqual([
      { key: 'a', outcome: 'hit', doneCount: 1, totalCount: 3, hitCount: 1, computedCount: 0, failedCount: 0 },
      { key: 'b', outcome: 'computed', doneCount: 2, totalCount: 3, hitCount: 1, computedCount: 1, failedCount: 0 },
      { key: 'c', outcome: 'failed', doneCount: 3, totalCount: 3, hitCount: 1, computedCount: 1, failedCount: 1 },
    ]);
    await warm(cache, lazily(['d']), fail, { onProgress });
    expect(progress.at(-1)).toMatchObject({ key: 'd', totalCount: undefined });
  });

  it('does not end because onProgress throws', async () => {
    await using cache = new MapCache();
    const onProgress = () => {
      throw new Error('the bar is broken');
    };
    expect(await warm(cache, ['a', 'b'], (key) => key, { onProgress })).toMatchObject({ computedCount: 2 });
  });

  it('takes no further key after a mistake, and rejects with it', async () => {
    await using cache = new MapCache();
    const asked: string[] = [];
    let isReleased = false;
    function* keys() {
      try {
        yield* ['a', '', 'b', 'c'];
      } finally {
        isReleased = true;
      }
    }
    const warming = warm(cache, keys(), (key) => asked.push(key), { concurrency: 1 });
    await expect(warming).rejects.toMatchObject({ code: 'CACHE_INVALID_KEY' });
    expect(asked).toEqual(['a']);
    expect(isReleased).toBe(true);
  });

  it('ends when the cache is closed', async () => {
    const cache = new MapCache();
    const held = heldFactory('value');
    const warming = warm(cache, ['a', 'b'], held.run, { concurrency: 1 });
    await held.start;
    await cache.close();
    held.finish();
    await expect(warming).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
    expect(held.runs()).toBe(1);
  });

  it('rejects with what the keys throw, once the factories under way have ended', async () => {
    await using cache = new MapCache();
    const held = heldFactory('value');
    async function* keys() {
      yield 'a';
      await held.start;
      throw new Error('the list broke off');
    }
    let isSettled = false;
    const warming = warm(cache, keys(), held.run).finally(() => {
      isSettled = true;
    });
    await held.start;
    await new Promise(setImmediate);
    expect(isSettled).toBe(false);
    held.finish();
    await expect(warming).rejects.toThrow('the list broke off');
    expect(await cache.get('a')).toBe('value');
  });

  it('lets the event loop turn, however many keys are there', async () => {
    await using cache = new MapCache();
    await cache.set('a', 1);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    function* keys() {
      const end = performance.now() + 100;
      while (performance.now() < end) yield 'a';
    }
    await warm(cache, keys(), () => 2);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });

  it.each<[string, Parameters<typeof warm>[3], RegExp]>([
    ['concurrency', { concurrency: 0 }, /concurrency is 0; allowed is a whole number above 0/],
    ['onProgress', { onProgress: 1 as never }, /onProgress is 1; allowed is a function/],
    ['signal', { signal: {} as never }, /signal is of type object; allowed is an AbortSignal/],
    ['a misspelt option', { concurency: 2 } as never, /did you mean 'concurrency'/],
    ['softTimeout', { softTimeout: 0 } as never, /softTimeout is 0; allowed is to leave it out/],
    ['grace', { grace: -1 }, /grace is -1/],
    ['ttl', { ttl: 0 }, /ttl is 0/],
  ])('refuses a wrong option before it takes a key: %s', async (_name, options, message) => {
    await using cache = new MapCache();
    let isTaken = false;
    function* keys() {
      isTaken = true;
      yield 'a';
    }
    const warming = warm(cache, keys(), () => 1, options);
    await expect(warming).rejects.toThrow(message);
    await expect(warming).rejects.toBeInstanceOf(CacheError);
    expect(isTaken).toBe(false);
  });

  it('refuses keys that are no list, and a factory that is no function', async () => {
    await using cache = new MapCache();
    await expect(warm(cache, 'key', () => 1)).rejects.toMatchObject({ code: 'CACHE_INVALID_KEY' });
    await expect(warm(cache, ['a'], 1 as never)).rejects.toMatchObject({ code: 'CACHE_INVALID_CONFIG' });
  });
});

describe('the signal of warm', () => {
  it('rejects at once, takes no further key, and reaches the factories', async () => {
    await using cache = new MapCache();
    const controller = new AbortController();
    const reason = new Error('enough');
    const asked: string[] = [];
    const heard: unknown[] = [];
    const never = (key: string, { signal }: { signal: AbortSignal }) => {
      asked.push(key);
      return new Promise<string>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          heard.push(signal.reason);
          reject(signal.reason);
        });
      });
    };
    const warming = warm(cache, ['a', 'b', 'c'], never, { concurrency: 2, signal: controller.signal });
    await new Promise(setImmediate);
    controller.abort(reason);
    await expect(warming).rejects.toBe(reason);
    await new Promise(setImmediate);
    expect(asked.sort()).toEqual(['a', 'b']);
    expect(heard).toEqual([reason, reason]);
    expect((await cache.getStats()).totalEntries).toBe(0);
  });

  it('is not told to factories that have ended', async () => {
    await using cache = new MapCache();
    const controller = new AbortController();
    const held = heldFactory(2);
    const signals: AbortSignal[] = [];
    const factory = (key: string, { signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return key === 'a' ? 1 : held.run();
    };
    const warming = warm(cache, ['a', 'b'], factory, { concurrency: 1, signal: controller.signal });
    await held.start;
    controller.abort();
    await expect(warming).rejects.toThrow('aborted');
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
  });

  it('rejects though neither a factory nor the keys heed it', async () => {
    await using cache = new MapCache();
    for (const keys of [['a'], { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) }]) {
      const controller = new AbortController();
      const warming = warm(cache, keys, () => new Promise(() => {}), { signal: controller.signal });
      await new Promise(setImmediate);
      controller.abort();
      await expect(warming).rejects.toThrow('aborted');
    }
  });

  it('takes no key when it was aborted before, and is left without listeners', async () => {
    await using cache = new MapCache();
    let runs = 0;
    await expect(warm(cache, ['a'], () => ++runs, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(runs).toBe(0);
    const { signal } = new AbortController();
    const listens = (_key: string, context: { signal: AbortSignal }) => context.signal.aborted;
    const keys = Array.from({ length: 50 }, (_, index) => `${index}`);
    const warming = warm(cache, keys, listens, { signal, concurrency: 50 });
    expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
    await warming;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('tells a factory too that nobody waits for its value any more', async () => {
    await using cache = new MapCache();
    let heard: unknown;
    const slow = (_key: string, { signal }: { signal: AbortSignal }) =>
      new Promise<string>(() => {
        signal.addEventListener('abort', () => {
          heard = signal.reason;
        });
      });
    const warming = warm(cache, ['a'], slow, { hardTimeout: 5, signal: new AbortController().signal });
    await new Promise(setImmediate);
    cache.manualClock.advance(5_000);
    expect((await warming).failures).toMatchObject([{ key: 'a', error: { code: 'CACHE_TIMEOUT' } }]);
    expect(heard).toMatchObject({ code: 'CACHE_TIMEOUT' });
  });
});
