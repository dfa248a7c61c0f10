import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { openCache, temporaryDirectory } from '../support.js';
import { SkewedProcess } from './skewed-process.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const YEAR = 365.25 * 24 * HOUR;
/** Beyond this an entry is dated in the future, and a miss. */
const MINUTE = 60 * SECOND;
const TTL = 600 * SECOND;

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const jumps = [
  ['a second', SECOND],
  ['an hour', HOUR],
  ['a year', YEAR],
] as const;
/** Each takes two processes: in the quick run those that are wrong by an hour. */
const jumpsOfProcesses = isFull ? jumps : jumps.slice(1, 2);

describe.each(jumps)('a clock that is set by %s', (_name, jumpMs) => {
  it.each([
    ['forward', jumpMs],
    ['back', -jumpMs],
  ])(
    '%s: what has expired or is from the future is a miss, and nothing else; set right again, all is as before',
    async (_direction, ms) => {
      const clock = new ManualClock();
      const cache = openCache({ cacheRoot: temporaryDirectory(), clock });
      await cache.set('for ever', 1);
      await cache.set('for a while', 2, { ttl: TTL / SECOND });
      const right = clock.now();
      clock.set(right + ms);
      const isFuture = -ms > MINUTE;
      expect(await cache.get('for ever')).toBe(isFuture ? undefined : 1);
      expect(await cache.get('for a while')).toBe(isFuture || ms >= TTL ? undefined : 2);
      expect(await cache.cleanup()).toBe(ms >= TTL ? 1 : 0);
      expect(await cache.set('written meanwhile', 3)).toBe(true);
      expect(await cache.get('written meanwhile')).toBe(3);
      clock.set(right);
      expect(await cache.get('for ever')).toBe(1);
      expect(await cache.get('for a while')).toBe(ms >= TTL ? undefined : 2);
      expect(await cache.get('written meanwhile')).toBe(ms > MINUTE ? undefined : 3);
      expect(await cache.set('written meanwhile', 4)).toBe(true);
      expect(await cache.get('written meanwhile')).toBe(4);
      expect((await cache.getMetadata('for ever'))?.ageSeconds).toBe(0);
      expect((await cache.getStats()).errorCount).toBe(0);
    },
  );
});

describe.each(jumpsOfProcesses)('a clock that is wrong by %s', (_name, jumpMs) => {
  it.each([
    ['ahead', jumpMs],
    ['behind', -jumpMs],
  ])('%s in another process takes nothing from this one but what has expired there', async (_direction, ms) => {
    const cacheRoot = temporaryDirectory();
    const cache = openCache({ cacheRoot, lockTimeoutMs: 500 });
    const other = await SkewedProcess.start({ cacheRoot }, ms);
    await cache.set('for ever', 1);
    await cache.set('for a while', 2, { ttl: TTL / SECOND });
    await cache.set('blob', Buffer.alloc(100_000, 3));
    const isFuture = -ms > MINUTE;
    expect(await other.tell({ op: 'get', key: 'for ever' })).toBe(isFuture ? undefined : 1);
    expect(await other.tell({ op: 'cleanup' })).toBe(ms >= TTL ? 1 : 0);
    expect(await cache.get('for ever')).toBe(1);
    expect(await cache.get('for a while')).toBe(ms >= TTL ? undefined : 2);
    expect(await cache.get('blob')).toEqual(Buffer.alloc(100_000, 3));

    // What it writes is from the future here, or a value like any other; and so the other way round.
    expect(await other.tell({ op: 'set', key: 'k', value: 'other' })).toBe(true);
    expect(await other.tell({ op: 'get', key: 'k' })).toBe('other');
    expect(await cache.get('k')).toBe(ms > MINUTE ? undefined : 'other');
    expect(await cache.cleanup()).toBe(0);
    expect(await other.tell({ op: 'get', key: 'k' })).toBe('other');
    expect(await cache.set('k', 'own')).toBe(true);
    expect(await cache.get('k')).toBe('own');
    expect(await other.tell({ op: 'get', key: 'k' })).toBe(isFuture ? undefined : 'own');
    expect(await cache.delete('k')).toBe(true);
    expect(await other.tell({ op: 'get', key: 'k' })).toBeUndefined();

    expect(await other.tell({ op: 'getOrSet', key: 'computed', value: 'other' })).toBe('other');
    expect(await cache.getOrSet('computed', () => 'own')).toBe(ms > MINUTE ? 'own' : 'other');
    await other.tell({ op: 'close' });
    const { errorCount, totalEntries } = await cache.getStats();
    expect([errorCount, totalEntries]).toEqual([0, readdirSync(join(cacheRoot, 'data')).length - 1]);
  });

  it.each([
    ['ahead', jumpMs],
    ['behind', -jumpMs],
  ])('%s in another process: its locks bind while they are held, and no longer', async (_direction, ms) => {
    const cacheRoot = temporaryDirectory();
    const cache = openCache({ cacheRoot, lockTimeoutMs: 100 });
    const other = await SkewedProcess.start({ cacheRoot }, ms);
    const first = await other.tell({ op: 'hold', key: 'k' });
    await expect(cache.withLock('k', 'exclusive', () => 1)).rejects.toMatchObject({ code: 'CACHE_LOCK_TIMEOUT' });
    await other.tell({ op: 'release', key: 'k' });
    const second = await cache.withLock('k', 'exclusive', ({ fencingToken }) => fencingToken);
    const third = await other.tell({ op: 'hold', key: 'k' });
    expect([first, second, third].map(Number)).toEqual([Number(first), Number(first) + 1, Number(first) + 2]);
    await other.kill();
    expect(await cache.withLock('k', 'exclusive', () => 'had')).toBe('had');
    expect(await cache.withLock('k', 'shared', () => 'had')).toBe('had');
  });
});

describe('a clock that is wrong in one process', () => {
  it('does not keep what it reads from being evicted', async () => {
    const cacheRoot = temporaryDirectory();
    const start = Date.UTC(2026, 0, 1);
    const wrong = openCache({ cacheRoot, clock: new ManualClock(start) });
    for (let index = 0; index < 10; index++) await wrong.set(`k${index}`, index);
    await wrong.close();
    const clock = new ManualClock(start + SECOND);
    const later = new ManualClock(start + YEAR);
    const ahead = openCache({ cacheRoot, clock: later });
    expect(await ahead.get('k0')).toBe(0);
    await ahead.close();
    const cache = openCache({ cacheRoot, clock, maxEntries: 10 });
    expect((await cache.getMetadata('k0'))?.lastAccessedAt).toBe(start);
    for (let index = 1; index < 10; index++) {
      clock.advance(1);
      expect(await cache.get(`k${index}`)).toBe(index);
    }
    clock.advance(1);
    await cache.set('new', 1);
    expect(await cache.get('k0')).toBeUndefined();
    expect(await cache.get('k9')).toBe(9);
  });

  it('takes no staging file of those who are writing now, however far ahead it is', async () => {
    const cacheRoot = temporaryDirectory();
    const other = await SkewedProcess.start({ cacheRoot }, HOUR);
    await other.tell({ op: 'set', key: 'k', value: 1 });
    const staged = join(cacheRoot, 'tmp', 'of-somebody');
    writeFileSync(staged, '');
    await other.tell({ op: 'cleanup' });
    expect(readdirSync(join(cacheRoot, 'tmp'))).toEqual(['of-somebody']);
  });

  it('under way, set forward and back, undoes no write and stops nobody', { timeout: 300_000 }, async () => {
    const cacheRoot = temporaryDirectory();
    const cache = openCache({ cacheRoot, lockTimeoutMs: 500 });
    const other = await SkewedProcess.start({ cacheRoot });
    const rounds = isFull ? 100 : 6;
    for (let round = 0; round < rounds; round++) {
      await other.tell({ op: 'setClock', errorMs: [HOUR, -HOUR, YEAR, -YEAR, SECOND, 0][round % 6] ?? 0 });
      const cleaning = other.tell({ op: 'cleanup' });
      for (let index = 0; index < 20; index++) {
        expect(await cache.set(`k${index % 5}`, round * 20 + index)).toBe(true);
        expect(await cache.get(`k${index % 5}`)).toBe(round * 20 + index);
      }
      expect(await cleaning).toBe(0);
    }
    expect((await cache.getStats()).errorCount).toBe(0);
  });
});
