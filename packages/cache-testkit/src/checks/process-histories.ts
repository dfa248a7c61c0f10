import { readHistories } from '../processes/history/history-log.js';
import type { MixArgs, MixWeights } from '../processes/routines/mix.js';
import { replaceExpiredRoutine } from '../processes/routines/replace-expired.js';
import type { Scene } from '../scene.js';
import { driverOf, expectConsistent, mixed, processList, scaled, startMix } from './process-helpers.js';

const list = processList();
export const processHistoryChecks = list.checks;

/** Everything that reads and writes single keys, the keys few and hot. */
const READS_AND_WRITES: MixWeights = { get: 10, exists: 1, set: 3, getOrSet: 2, delete: 0.5, deleteAndSet: 1 };

/** Equal parts for 3 processes, or 8. */
function parts(scene: Scene, quickSteps: number, fullSteps: number, part: Omit<MixArgs, 'steps' | 'seed'>): MixArgs[] {
  const steps = scaled(scene, quickSteps, fullSteps);
  return Array.from({ length: scaled(scene, 3, 8) }, () => ({ ...part, steps, seed: seedOf(scene) }));
}

function seedOf(scene: Scene): number {
  return Math.floor(scene.random() * 2 ** 31);
}

list.add(
  'fresh-reads',
  'No read sees what a set, delete or clear had replaced before it began, in whatever process.',
  async (scene) => {
    const weights = { ...READS_AND_WRITES, clear: 0.02 };
    const steps = parts(scene, 150, 62_500, { weights, keys: 3, lanes: 2, sizes: [200, 200, 1_000] });
    expectConsistent(scene, await mixed(scene, driverOf(scene), steps), 'forgetting');
  },
);

list.add(
  'no-lost-writes',
  'Nothing is missed that was stored and not removed, while processes replace and delete.',
  async (scene) => {
    const steps = parts(scene, 150, 62_500, { weights: READS_AND_WRITES, keys: 3, lanes: 2 });
    expectConsistent(scene, await mixed(scene, driverOf(scene), steps), 'strict');
  },
);

list.add('whole-values', 'A value is read whole, whatever is written to its key meanwhile.', async (scene) => {
  const sizes = [20, 5_000, 70_000, 20, 200_000];
  const steps = parts(scene, 40, 5_000, { weights: { get: 3, set: 2 }, keys: 2, sizes });
  expectConsistent(scene, await mixed(scene, driverOf(scene), steps), 'strict');
});

for (const [name, promise, others] of [
  [
    'cleanup-spares-new-values',
    'What is stored over an expired entry stays, whoever cleans up.',
    { weights: { cleanup: 1 }, lanes: 1 },
  ],
  [
    'reads-spare-new-values',
    'What is stored over an expired entry stays, whoever meets the expired one.',
    // Many millions in a full run: a twentieth tells enough.
    { weights: { get: 1 }, lanes: 20, recordedLanes: 1 },
  ],
] as const) {
  list.add(name, promise, async (scene) => {
    // 100,000 sets in the full scale.
    const [writers, rounds, keys] = [scaled(scene, 2, 4), scaled(scene, 8, 250), scaled(scene, 10, 50)];
    const driver = driverOf(scene);
    const endless = { ...others, steps: null, keys: writers * keys, seed: seedOf(scene) };
    const running = await startMix(scene, driver, Array(scaled(scene, 1, 4)).fill(endless));
    const told = `${writers} processes: ${rounds} × (set() of ${keys} keys with ttl '1ms', set() without, get())`;
    scene.trail.note(told);
    await driver.run(
      replaceExpiredRoutine,
      Array.from({ length: writers }, (_, index) => ({ firstKey: index * keys, keys, rounds })),
    );
    await Promise.all(running.map((worker) => worker.stop()));
    expectConsistent(scene, readHistories(driver), 'strict');
  });
}

list.add(
  'clear-and-writers',
  'What was stored before a clear began is gone, what is stored after it ended is there.',
  async (scene) => {
    const writers = Array.from({ length: scaled(scene, 2, 4) }, () => ({
      // Two of three are sets: 100,000 of them in the full scale.
      weights: { set: 2, get: 1 },
      steps: scaled(scene, 120, 37_500),
      keys: 6,
      seed: seedOf(scene),
    }));
    const clearing = { weights: { clear: 1, get: 10 }, steps: null, keys: 6, seed: seedOf(scene) };
    expectConsistent(scene, await mixed(scene, driverOf(scene), [...writers, clearing]), 'strict');
  },
);
