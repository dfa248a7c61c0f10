import { expect, it } from 'vitest';
import { openCache, temporaryDirectory } from '../support.js';
import { Contender, makeManager, makeTempDir, NO_PROC } from './helpers.js';

it.each([
  { lockTimeoutMs: undefined, least: 5_000 },
  { lockTimeoutMs: 300, least: 300 },
])('withLock waits for $least ms with the option $lockTimeoutMs, then says so', async ({ lockTimeoutMs, least }) => {
  const cacheRoot = temporaryDirectory();
  const holder = openCache({ cacheRoot });
  const waiter = openCache({ cacheRoot, lockTimeoutMs });
  await holder.withLock('key', 'exclusive', async () => {
    const startedAt = performance.now();
    const outcomes = await Promise.allSettled(
      (['exclusive', 'shared'] as const).map((mode) => waiter.withLock('key', mode, () => 'ran')),
    );
    expect(performance.now() - startedAt).toBeGreaterThan(least - 2);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'CACHE_LOCK_TIMEOUT' } });
    }
  });
  expect(await waiter.withLock('key', 'exclusive', () => 'ran')).toBe('ran');
});

it.each(['sync', 'async'] as const)(
  'getOrSet computes when it has waited long enough, counts that, and is not overwritten by what comes late (io %s)',
  async (io) => {
    const cacheRoot = temporaryDirectory();
    const [slow, quick] = [openCache({ cacheRoot, io }), openCache({ cacheRoot, io, lockTimeoutMs: 100 })];
    let own: string | undefined;
    const late = await slow.getOrSet('key', async () => {
      own = await quick.getOrSet('key', () => 'own');
      return 'late';
    });
    expect([own, late]).toEqual(['own', 'late']);
    for (const cache of [slow, quick]) expect(await cache.get('key')).toBe('own');
    expect(await quick.getStats()).toMatchObject({ errorCount: 1, setCount: 1 });
  },
);

it('a holder whose event loop was blocked for too long neither commits nor releases over its heir, and lives on', {
  timeout: 30_000,
}, async () => {
  const dir = makeTempDir();
  const holder = Contender.start(dir, NO_PROC);
  const token = Number(await holder.tell({ op: 'hold', name: 'x', mode: 'exclusive' }));
  // For longer than the heartbeat of proper-lockfile, which is then overdue and finds the lock taken.
  const unblocked = holder.tell({ op: 'block', name: 'x', ms: 3_000 });
  const locks = makeManager(dir, { ...NO_PROC, staleMs: 200, updateMs: 500, lockTimeoutMs: 20_000 });
  await locks.withExclusive('x', async (heir) => {
    expect(heir.fencingToken).toBeGreaterThan(token);
    expect(await unblocked, 'what it asks before a commit').toBe(false);
    await holder.tell({ op: 'release', name: 'x' });
    expect(heir.isHeld()).toBe(true);
    expect(await makeManager(dir).tryExclusive('x')).toBeUndefined();
  });
  // Nothing has thrown out of its timers: it still takes locks.
  expect(Number(await holder.tell({ op: 'hold', name: 'x', mode: 'exclusive' }))).toBeGreaterThan(token + 1);
});
