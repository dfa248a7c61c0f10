import { setTimeout as delay } from 'node:timers/promises';
import { expectEqual, expectThat } from '../expect.js';
import { countRecords, readHistories } from '../processes/history/history-log.js';
import { MISS, type Operation } from '../processes/history/operation.js';
import { fillRoutine } from '../processes/routines/fill.js';
import { mixRoutine } from '../processes/routines/mix.js';
import { collect } from './helpers.js';
import { driverOf, mixed, openRemotes, processList, scaled } from './process-helpers.js';

const list = processList();
export const processCountChecks = list.checks;

/** What the operations that were acknowledged must have counted. */
function countsOf(operations: readonly Operation[]) {
  const ended = operations.filter(({ outcome }) => outcome === 'acknowledged');
  const gets = ended.filter(({ kind }) => kind === 'get');
  return {
    hitCount: gets.filter(({ read }) => read !== MISS).length,
    missCount: gets.filter(({ read }) => read === MISS).length,
    setCount: ended.filter(({ kind }) => kind === 'set').length,
    deleteCount: ended.filter(({ kind }) => kind === 'delete').length,
  };
}

type Counts = ReturnType<typeof countsOf>;

function pickCounts({ hitCount, missCount, setCount, deleteCount }: Counts): Counts {
  return { hitCount, missCount, setCount, deleteCount };
}

list.add(
  'stats-summed',
  'The counters are the exact sum of what all processes did.',
  async (scene) => {
    const watching = await scene.openInRealTime();
    const part = { weights: { get: 8, set: 1, delete: 1 }, steps: scaled(scene, 100, 10_000), keys: 20, seed: 1 };
    const driver = driverOf(scene);
    const operations = await mixed(scene, driver, Array(scaled(scene, 3, 8)).fill(part));
    const expected = countsOf(operations);
    expectEqual(
      'the counters in an instance that was open all the time',
      pickCounts(await watching.getStats()),
      expected,
    );
    await watching.close();
    const later = await scene.openInRealTime();
    expectEqual('the counters in a later instance', pickCounts(await later.getStats()), expected);
  },
  { needs: ['persistentStats'] },
);

list.add(
  'stats-of-the-killed',
  'What a process was told before it was killed is in the counters.',
  async (scene) => {
    const driver = driverOf(scene);
    const reading = { weights: { get: 1 }, keys: 2, seed: 1 };
    const first = await scene.openInRealTime();
    await first.set('key 0', 'not from the mix');
    const [living, doomed] = [scaled(scene, 1, 6), 2];
    scene.trail.note(
      `${living + doomed} processes: get('key 0') and get('key 1') at random; ${doomed} of them are killed`,
    );
    const endless = await driver.start(mixRoutine, Array(doomed).fill({ ...reading, steps: null }), { isFresh: true });
    const done = driver.run(mixRoutine, Array(living).fill({ ...reading, steps: scaled(scene, 200, 10_000) }));
    for (const worker of endless) {
      await worker.nextReport();
      const enough = scaled(scene, 100, 10_000);
      while (countRecords(driver.notesDirectory, worker.number) < enough && worker.exitedAt === undefined)
        await delay(2);
      await worker.kill();
    }
    await done;
    const { missCount, hitCount } = countsOf(readHistories(driver));
    for (const [what, cache] of [
      ['an instance that was open all the time', first],
      ['a later instance', await scene.openInRealTime()],
    ] as const) {
      const stats = await cache.getStats();
      const counted = stats.hitCount + stats.missCount;
      const told = hitCount + missCount;
      expectThat(
        `${told} reads that were told to their callers, and at most one more for each of ${doomed} killed processes, in ${what}`,
        counted >= told && counted <= told + doomed,
        { hitCount: stats.hitCount, missCount: stats.missCount },
      );
    }
  },
  { needs: ['persistentStats'] },
);

list.add(
  'usage-summed',
  'The access count of a key is the sum of the reads of all processes, once they have closed.',
  async (scene) => {
    const remotes = await openRemotes(scene, 3);
    await remotes[0]?.call('set', 'key', 1);
    const reads = 5;
    for (let read = 0; read < reads; read++) for (const remote of remotes) await remote.call('get', 'key');
    for (const remote of remotes) await remote.end();
    const cache = await scene.openInRealTime();
    const metadata = await cache.getMetadata('key');
    expectEqual('accessCount in a later instance', metadata?.accessCount, reads * remotes.length);
  },
  { needs: ['persistentUsage'] },
);

for (const [name, promise, inTurns] of [
  [
    'limit-together',
    'Processes that write at the same time exceed maxEntries by what the target declares at most.',
    false,
  ],
  ['limit-in-turns', 'Processes that write in turns exceed maxEntries by what the target declares at most.', true],
] as const) {
  list.add(
    name,
    promise,
    async (scene) => {
      const [processes, maxEntries] = [scaled(scene, 3, 8), scaled(scene, 20, 1_000)];
      const limit = maxEntries + (scene.target.overshoot?.(processes, maxEntries) ?? 0);
      const config = { maxEntries, evictionPolicy: scene.evictingPolicy };
      const workers = await driverOf(scene, config).start(fillRoutine, Array<null>(processes).fill(null));
      await Promise.all(workers.map((worker) => worker.nextReport()));
      const watching = await scene.openInRealTime();
      scene.trail.note(`${processes} processes: create({ maxEntries: ${maxEntries} })`);
      for (let round = 1; round <= scaled(scene, 3, 20); round++) {
        const sets = Math.ceil(maxEntries / 2);
        scene.trail.note(
          `each process: set() of ${sets} new keys, ${inTurns ? 'one process after the other' : 'all at once'}`,
        );
        for (const worker of workers) {
          worker.tell(sets);
          if (inTurns) expectEqual('the sets that resolved to true', await worker.nextReport(), sets);
        }
        if (!inTurns) await Promise.all(workers.map((worker) => worker.nextReport()));
        const held = (await collect(watching.keys())).length;
        expectThat(`at most ${limit} entries when all sets have resolved`, held <= limit, held);
      }
      await Promise.all(workers.map((worker) => worker.stop()));
      const last = await scene.openInRealTime(config);
      await last.cleanup();
      const held = (await collect(last.keys())).length;
      expectThat(`at most ${maxEntries} entries after a cleanup`, held <= maxEntries, held);
      expectEqual('totalEntries of the last instance', (await last.getStats()).totalEntries, held);
    },
    { needs: ['entryLimit', 'evicts', 'overshoot'] },
  );
}
