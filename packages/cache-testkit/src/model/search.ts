import { performance } from 'node:perf_hooks';
import type { EvictionPolicy } from '@glovebox/cache-core';
import { metadataOf } from '../checks/helpers.js';
import { expectEqual } from '../expect.js';
import type { Scene } from '../scene.js';
import type { Sequence } from './command.js';
import { sequences } from './draw.js';
import { type Abilities, play } from './player.js';
import { type Sample, SIZED_SAMPLES, STORED_SAMPLES } from './samples.js';

/**
 * Plays random sequences of operations, each on a new store, until one is answered otherwise than the model allows; then
 * looks for a shorter one that fails as well, and plays that last, so that the scene shows it.
 * @param policy `undefined`: without limits
 * @throws UnmetExpectation for the shortest sequence found
 */
export async function searchForFault(scene: Scene, policy: EvictionPolicy | undefined): Promise<void> {
  const { search } = scene.options;
  if (search === undefined) throw new Error('the scene was made without a budget for a search');
  // Half a megabyte that only these checks need.
  const { default: fc } = await import('fast-check');
  const abilities = await abilitiesOf(scene, policy !== undefined);
  const { capabilities, sizeOf } = abilities;
  const byteLimits = policy !== undefined && capabilities.limits.bytes ? byteLimitsFor(sizeOf) : [];
  const { persistent: canReopen, slidingTtl: canSlide = false } = capabilities;
  const drawn = sequences(fc, { policy, byteLimits, canReopen, canSlide });
  const budgetMs = search.budgetSeconds * 1_000;
  let deadline = performance.now() + budgetMs;
  let hasFailed = false;
  const property = fc.asyncProperty(drawn, async (sequence) => {
    // What time does not allow counts as passed, so that a search ends with the shortest sequence found by then.
    if (performance.now() > deadline) return;
    try {
      // Whether the fault is one is found out with patience, a shorter way to it without.
      await playAnew(scene, sequence, abilities, hasFailed ? 0 : scene.options.patienceMs);
    } catch (error) {
      if (!hasFailed) deadline = performance.now() + budgetMs;
      hasFailed = true;
      throw error;
    }
  });
  scene.isRecording = false;
  const details = await fc.check(property, {
    seed: Math.floor(scene.random() * 2 ** 31),
    numRuns: search.runs,
    ...(search.path === undefined ? {} : { path: search.path, endOnFailure: true }),
  });
  scene.isRecording = true;
  const { counterexample } = details;
  if (!details.failed || counterexample === null) return;
  const [sequence] = counterexample;
  if (details.counterexamplePath !== null) scene.foundPath = details.counterexamplePath;
  await playAnew(scene, sequence, abilities, scene.options.patienceMs);
  // It failed before: a cache whose answers depend on more than what was asked of it.
  throw details.errorInstance;
}

async function playAnew(scene: Scene, sequence: Sequence, abilities: Abilities, patienceMs: number): Promise<void> {
  await scene.restart();
  await play(scene, sequence, abilities, patienceMs);
}

/** What the backend declares and, where limits in bytes are asked for, takes values for, found out on a store of its own. */
async function abilitiesOf(scene: Scene, withSizes: boolean): Promise<Abilities> {
  const cache = await scene.open();
  const { capabilities } = cache;
  const sizes = new Map<Sample, number>();
  if (withSizes && capabilities.limits.bytes) {
    for (const sample of STORED_SAMPLES) {
      expectEqual(`set of ${sample} alone`, await cache.set('key', sample.make()), true);
      sizes.set(sample, (await metadataOf(cache, 'key')).sizeBytes);
    }
  }
  return { capabilities, sizeOf: (sample) => sizes.get(sample) ?? 0 };
}

/** Limits that hold a few of the samples, and one that refuses the largest. */
function byteLimitsFor(sizeOf: (sample: Sample) => number): readonly number[] {
  const sizes = SIZED_SAMPLES.map(sizeOf).sort((a, b) => a - b);
  const [, medium = 1, large = 1] = sizes;
  return [large * 1.5, medium * 1.5, medium * 3.5].map((limit) => Math.max(1, Math.floor(limit)));
}
