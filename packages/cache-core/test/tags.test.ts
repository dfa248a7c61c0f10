import { describe, expect, it } from 'vitest';
import { TagInvalidations } from '../src/tag-invalidations.js';
import { errorsOf } from './support/events.js';
import { MapCache } from './support/map-cache.js';
import { SteppedCache } from './support/stepped-cache.js';

const fault = Object.assign(new Error('EIO: the disk is gone'), { code: 'EIO' });

describe('an invalidation by a backend of four hooks', () => {
  it('removes what has one of the tags', async () => {
    const cache = new MapCache();
    await cache.set('a', 1, { tags: ['x'] });
    await cache.set('ab', 1, { tags: ['x', 'y'] });
    await cache.set('b', 1, { tags: ['y'] });
    expect(await cache.invalidateTags(['x'])).toBe(true);
    expect(cache.storedKeys).toEqual(['b']);
    await cache.close();
  });

  it('lets no write land that was under way when it began', async () => {
    const cache = new SteppedCache();
    await cache.exists('open');
    const write = cache.turnstile.hold('writeEntry a');
    const stored = cache.set('a', 'old', { tags: ['x'] });
    await write.arrival;
    const invalidated = cache.invalidateTags(['x']);
    write.release();
    expect(await stored).toBe(true);
    await invalidated;
    expect(await cache.get('a')).toBeUndefined();
    await cache.close();
  });

  it('stores nothing of a set that waited for its turn meanwhile, nor leaves what that was to replace', async () => {
    const cache = new SteppedCache();
    await cache.set('a', 'older');
    const removal = cache.turnstile.hold('removeEntry a');
    const deleted = cache.delete('a');
    await removal.arrival;
    const stored = cache.set('a', 'old', { tags: ['x'] });
    const listing = cache.turnstile.hold('listEntries');
    const invalidated = cache.invalidateTags(['x']);
    removal.release();
    expect(await deleted).toBe(true);
    expect(await stored).toBe(true);
    listing.release();
    await invalidated;
    expect(await cache.get('a')).toBeUndefined();
    await cache.close();
  });

  it('stores nothing of a set that waited for room meanwhile', async () => {
    const cache = new SteppedCache({ maxEntries: 10, evictionPolicy: 'ttl' });
    await cache.exists('open');
    const listing = cache.turnstile.hold('listEntries');
    const stored = cache.set('a', 'old', { tags: ['x'] });
    await listing.arrival;
    expect(await cache.invalidateTags(['x'])).toBe(true);
    listing.release();
    expect(await stored).toBe(true);
    expect(await cache.get('a')).toBeUndefined();
    await cache.close();
  });

  it('spares what is set while it looks at the store', async () => {
    const cache = new SteppedCache();
    await cache.set('a', 'old', { tags: ['x'] });
    await cache.set('b', 'old', { tags: ['x'] });
    const listed = cache.turnstile.hold('listed b');
    const invalidated = cache.invalidateTags(['x']);
    await listed.arrival;
    expect(await cache.set('a', 'new', { tags: ['x'] })).toBe(true);
    listed.release();
    expect(await invalidated).toBe(true);
    expect(await cache.get('a')).toBe('new');
    expect(await cache.get('b')).toBeUndefined();
    await cache.close();
  });

  it('that meets a fault removes the others, says false, and tells it', async () => {
    const cache = new SteppedCache();
    for (const key of ['a', 'b', 'c']) await cache.set(key, 1, { tags: ['x'] });
    const errors = errorsOf(cache);
    cache.turnstile.fail('removeEntry b', fault);
    expect(await cache.invalidateTags(['x'])).toBe(false);
    expect(errors.map(({ cause }) => cause)).toEqual([fault]);
    expect(cache.storedKeys).toEqual(['b']);
    expect(await cache.invalidateTags(['x'])).toBe(true);
    expect(cache.storedKeys).toEqual([]);
    await cache.close();
  });

  it('says false where the store can not be opened, and rejects once it is closed', async () => {
    const cache = new SteppedCache();
    cache.turnstile.fail('openStore', fault);
    expect(await cache.invalidateTags(['x'])).toBe(false);
    await cache.close();
    await expect(cache.invalidateTags(['x'])).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
    await expect(cache.entries().next()).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
  });
});

describe('a flight whose tags are invalidated', () => {
  it('is not joined by those who ask afterwards, but by those who asked before', async () => {
    const cache = new MapCache();
    await cache.exists('a');
    let end = (): void => {};
    const mayEnd = new Promise<void>((resolve) => {
      end = resolve;
    });
    const compute = (value: string) => async () => {
      await mayEnd;
      return value;
    };
    const options = { tags: ['x'] };
    const before = [cache.getOrSet('a', compute('old'), options), cache.getOrSet('a', compute('none'), options)];
    await new Promise(setImmediate);
    await cache.invalidateTags(['x']);
    const after = [cache.getOrSet('a', compute('new'), options), cache.getOrSet('a', compute('new'), options)];
    end();
    expect(await Promise.all(before)).toEqual(['old', 'old']);
    expect(await Promise.all(after)).toEqual(['new', 'new']);
    expect(await cache.get('a')).toBe('new');
    await cache.close();
  });

  it('is joined by everybody if other tags are', async () => {
    const cache = new MapCache();
    let runs = 0;
    const compute = async () => {
      runs++;
      await new Promise(setImmediate);
      return runs;
    };
    const first = cache.getOrSet('a', compute, { tags: ['x'] });
    await Promise.resolve();
    await cache.invalidateTags(['y']);
    expect(await Promise.all([first, cache.getOrSet('a', compute, { tags: ['x'] })])).toEqual([1, 1]);
    await cache.close();
  });
});

describe('what is known of invalidations', () => {
  it('is bounded: of too many tags, older moments are as good as invalidated', () => {
    const known = new TagInvalidations();
    const { now: before } = known;
    for (let count = 0; count <= 10_000; count++) known.record([`${count}`]);
    expect(known.hasSince(['never'], before)).toBe(true);
    const { now } = known;
    known.record(['x']);
    expect([known.hasSince(['never'], now), known.hasSince(['x'], now)]).toEqual([false, true]);
  });

  it('says nothing of moments of another instance', () => {
    const { now } = new TagInvalidations();
    const known = new TagInvalidations();
    known.record(['x']);
    expect(known.hasSince(['x'], now)).toBe(false);
  });
});
