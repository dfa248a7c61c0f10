import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCache, temporaryDirectory } from '../support.js';
import { firstLine, runWorkers, startWorker } from './workers.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const scale = (quick: number, full: number) => (isFull ? full : quick);
const timeoutMs = scale(60_000, 900_000);

describe('several processes on one store', () => {
  it('cleaning up never undoes a completed write of a key that had expired', { timeout: timeoutMs }, async () => {
    const options = { cacheRoot: temporaryDirectory() };
    const cleaners = [0, 1].map(() => startWorker({ job: 'cleanUpForEver', options }));
    await Promise.all(cleaners.map(firstLine));
    const rounds = scale(400, 33_000);
    const results = await runWorkers<{ lost: number; refused: number }>(
      [0, 1].map((workerIndex) => ({ job: 'replaceExpiring', options, rounds, workerIndex })),
    );
    expect(results).toEqual([
      { lost: 0, refused: 0 },
      { lost: 0, refused: 0 },
    ]);
  });

  it('see nothing older than what they saw before, and nothing torn', { timeout: timeoutMs }, async () => {
    const options = { cacheRoot: temporaryDirectory() };
    const rounds = scale(5_000, 125_000);
    const results = await runWorkers<{ wrong: number }>(
      [0, 1, 2, 3].map((workerIndex) => ({ job: 'history', options, rounds, workerIndex })),
    );
    expect(results.map(({ wrong }) => wrong)).toEqual([0, 0, 0, 0]);
  });

  it('run the factory of a cold key once', { timeout: timeoutMs }, async () => {
    const options = { cacheRoot: temporaryDirectory() };
    const log = join(temporaryDirectory(), 'runs');
    writeFileSync(log, '');
    const results = await runWorkers<{ values: number[] }>(
      Array.from({ length: 8 }, () => ({ job: 'getOrSet' as const, options, log })),
    );
    const runs = readFileSync(log, 'utf8').trim().split('\n');
    expect(runs).toHaveLength(1);
    for (const { values } of results) expect(values).toEqual([Number(runs[0])]);
  });

  it('keep to a limit together, but for what each has not seen of the others', { timeout: timeoutMs }, async () => {
    const options = { cacheRoot: temporaryDirectory(), maxEntries: 200 };
    const results = await runWorkers<{ most: number }>(
      [0, 1, 2].map((workerIndex) => ({ job: 'fill', options, rounds: scale(300, 3_000), workerIndex })),
    );
    for (const { most } of results) expect(most).toBeLessThanOrEqual(200 + 3 * 24);
    const cache = openCache(options);
    await cache.cleanup();
    expect((await cache.getStats()).totalEntries).toBe(readdirSync(join(options.cacheRoot, 'data')).length - 1);
    expect((await cache.getStats()).totalEntries).toBeLessThanOrEqual(200);
  });

  it('count exactly, also when killed', { timeout: timeoutMs }, async () => {
    const options = { cacheRoot: temporaryDirectory() };
    const cache = openCache(options);
    await cache.set('present', 1);
    const killed = startWorker({ job: 'readUntilKilled', options });
    let printed = '';
    killed.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.length > 2_000) killed.kill('SIGKILL');
    });
    const rounds = scale(1_000, 10_000);
    await runWorkers(Array.from({ length: 4 }, () => ({ job: 'read' as const, options, rounds })));
    if (killed.signalCode === null) await once(killed, 'exit');
    const acknowledged = Number(printed.trim().split('\n').at(-1));
    const { hitCount, missCount } = await cache.getStats();
    expect(missCount).toBe(rounds * 2);
    // The killed one may have counted a read that it did not live to tell of.
    expect(hitCount - rounds * 2 - acknowledged).toBeGreaterThanOrEqual(0);
    expect(hitCount - rounds * 2 - acknowledged).toBeLessThanOrEqual(1);
    await cache.close();
    const later = await openCache(options).getStats();
    expect([later.hitCount, later.missCount, later.setCount]).toEqual([hitCount, missCount, 1]);
    expect(existsSync(join(options.cacheRoot, '.cache_stats.json'))).toBe(true);
  });
});
