import { setTimeout as delay } from 'node:timers/promises';
import type { CacheStats } from '@glovebox/cache-core';
import { expectFree, expectNoErrors, expectSwept, expectTotals } from '../crashes/survivor.js';
import { expectThat } from '../expect.js';
import type { ProcessDriver } from '../processes/driver.js';
import { readHistories } from '../processes/history/history-log.js';
import { keyName, type Operation } from '../processes/history/operation.js';
import { type MixArgs, mixRoutine } from '../processes/routines/mix.js';
import type { Scene } from '../scene.js';
import { crashList } from './crash-list.js';
import { driverOf, expectConsistent, scaled } from './process-helpers.js';

const list = crashList();
export const randomCrashChecks = list.checks;

/** Processes that work at a time. */
const PROCESSES = 4;
/** Real milliseconds that a process works for, at most, before it is killed: some die in their first operation. */
const LONGEST_LIFE_MS = 40;
const KEYS = 6;
const WORK: Omit<MixArgs, 'seed'> = {
  weights: { get: 8, set: 4, getOrSet: 2, delete: 1, deleteAndSet: 1, exists: 1, cleanup: 0.05 },
  steps: null,
  keys: KEYS,
  sizes: [200, 200, 5_000, 100_000],
};

list.add(
  'random',
  'While processes are killed at any time, those that live read nothing torn or stale, and miss nothing.',
  async (scene) => {
    const kills = scaled(scene, 12, 2_000);
    scene.trail.note(
      `${PROCESSES} processes: random steps on ${KEYS} keys; ${kills} kills, each one followed by a start`,
    );
    const driver = driverOf(scene);
    await killAtRandom(scene, driver, kills);
    const operations = readHistories(driver);
    scene.trail.note(`${operations.length} operations in ${driver.workers.length} processes`);
    expectConsistent(scene, operations, 'strict');

    const survivor = await scene.openInRealTime();
    const found = await survivor.getStats();
    if (survivor.capabilities.persistentStats) expectCounted(found, operations, driver.workers.length);
    const keys = Array.from({ length: KEYS }, (_, index) => keyName(index));
    await survivor.getMany(keys);
    await expectFree(survivor, scene.target, keys);
    await expectSwept(survivor, scene.target, scene.storeContext('store'));
    await expectNoErrors(survivor, found, 'reading, setting, computing, deleting and cleaning up');
    await expectTotals(survivor);
  },
);

async function killAtRandom(scene: Scene, driver: ProcessDriver, kills: number): Promise<void> {
  let left = kills;
  const lane = async () => {
    while (left-- > 0) {
      const seed = Math.floor(scene.random() * 2 ** 31);
      const lifeMs = scene.random() * LONGEST_LIFE_MS;
      const worker = driver.load(mixRoutine, { ...WORK, seed }, { isFresh: true });
      await worker.go();
      await worker.nextReport();
      await delay(lifeMs);
      await worker.kill();
    }
  };
  await Promise.all(Array.from({ length: PROCESSES }, lane));
}

/** What was acknowledged is counted, and what was under way at a kill may be. */
function expectCounted(stats: CacheStats, operations: readonly Operation[], killed: number): void {
  const ended = operations.filter(({ outcome }) => outcome === 'acknowledged');
  const countOf = (kind: Operation['kind']) => ended.filter((operation) => operation.kind === kind).length;
  const computed = operations.filter(({ kind, writtenFrom }) => kind === 'getOrSet' && writtenFrom !== undefined);
  for (const [what, counted, least, most] of [
    ['reads', stats.hitCount + stats.missCount, countOf('get') + countOf('getOrSet'), killed],
    ['sets', stats.setCount, countOf('set'), killed + computed.length],
    ['deletes', stats.deleteCount, countOf('delete'), killed],
  ] as const) {
    expectThat(
      `${least} ${what} that were acknowledged, and ${most} more at most, to be counted`,
      counted >= least && counted <= least + most,
      counted,
    );
  }
}
