import { describe, expect, it } from 'vitest';
import { slidExpiry } from '../src/sliding.js';
import { errorsOf } from './support/events.js';
import { MapCache } from './support/map-cache.js';
import { SteppedCache } from './support/stepped-cache.js';

const fault = Object.assign(new Error('EIO: the disk is gone'), { code: 'EIO' });
const SLIDING = { ttl: 100, sliding: true } as const;

describe('a sliding entry of a backend of four hooks', () => {
  it('is written again once a tenth of its ttl has passed, and otherwise left as it is', async () => {
    const cache = new MapCache();
    await cache.set('a', 1, SLIDING);
    const written = cache.store.get('a');
    cache.manualClock.advance(9_999);
    await cache.get('a');
    expect(cache.store.get('a')).toBe(written);
    cache.manualClock.advance(1);
    await cache.get('a');
    expect(cache.store.get('a')?.expiresAt).toBe(cache.manualClock.now() + 100_000);
    expect(cache.store.get('a')?.createdAt).toBe(written?.createdAt);
    await cache.close();
  });

  it('that is replaced while a read is under way is not put back', async () => {
    const cache = new SteppedCache();
    await cache.set('a', 'old', SLIDING);
    cache.manualClock.advance(50_000);
    const read = cache.turnstile.hold('readEntry a');
    const value = cache.get('a');
    await read.arrival;
    await cache.set('a', 'new', { ttl: 10 });
    read.release();
    expect(await value).toBe('old');
    expect(await cache.get('a')).toBe('new');
    expect((await cache.getMetadata('a'))?.ttlSeconds).toBe(10);
    expect((await cache.getMetadata('a'))?.expiresAt).toBe(cache.manualClock.now() + 10_000);
    await cache.close();
  });

  it('that expires, or is removed, while a read is under way does not come back', async () => {
    const cache = new SteppedCache();
    for (const key of ['expires', 'removed']) await cache.set(key, 1, SLIDING);
    cache.manualClock.advance(99_999);
    const again = cache.turnstile.hold('usageOf');
    again.release();
    const reads = ['expires', 'removed'].map(async (key) => {
      const read = cache.turnstile.hold(`readEntry ${key}`);
      const value = cache.get(key);
      await read.arrival;
      const second = cache.turnstile.hold(`readEntry ${key}`);
      read.release();
      await second.arrival;
      return { value, second };
    });
    const [expires, removed] = await Promise.all(reads);
    cache.store.delete('removed');
    cache.manualClock.advance(1);
    expires?.second.release();
    removed?.second.release();
    expect(await Promise.all([expires?.value, removed?.value])).toEqual([1, 1]);
    expect(await cache.get('expires')).toBeUndefined();
    expect(cache.store.get('expires')?.expiresAt).toBe(cache.manualClock.now());
    await cache.close();
  });

  it('that can not be written again is read all the same, and the fault is told', async () => {
    const cache = new SteppedCache();
    await cache.set('a', 1, SLIDING);
    cache.manualClock.advance(50_000);
    const errors = errorsOf(cache);
    cache.turnstile.fail('writeEntry', fault);
    expect(await cache.get('a')).toBe(1);
    expect(errors.map(({ cause }) => cause)).toEqual([fault]);
    await cache.close();
  });

  it('keeps the length of its grace', async () => {
    const cache = new MapCache();
    await cache.getOrSet('a', () => 'old', { ...SLIDING, grace: '10s' });
    cache.manualClock.advance(50_000);
    await cache.get('a');
    cache.manualClock.advance(105_000);
    await cache.cleanup();
    const stale = await cache.getOrSet('a', () => Promise.reject(new Error('down')), { grace: '10s' });
    expect(stale).toBe('old');
    await cache.close();
  });

  it('without a ttl never expires', async () => {
    const cache = new MapCache();
    await cache.set('a', 1, { sliding: true });
    cache.manualClock.advance(1e9);
    expect(await cache.get('a')).toBe(1);
    expect((await cache.getMetadata('a'))?.expiresAt).toBeNull();
    await cache.close();
  });
});

describe('the expiry that a read gives', () => {
  it('never moves back, and not at all where the entry is not sliding', () => {
    const entry = { isSliding: true, ttlSeconds: 10, expiresAt: 20_000 };
    expect(slidExpiry(entry, 9_000)).toBeUndefined();
    expect(slidExpiry(entry, 11_000)).toBe(21_000);
    expect(slidExpiry({ ...entry, isSliding: undefined }, 15_000)).toBeUndefined();
    expect(slidExpiry({ ...entry, ttlSeconds: 0.001, expiresAt: 1 }, 1)).toBe(2);
  });
});
