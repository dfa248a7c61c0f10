import { CacheError } from '@glovebox/cache-core';
import { SCALES, type Scale } from './check.js';

/** For runs that name none, such as those of a test runner: to find what another run has found, or to search for longer. */
const SEED_VARIABLE = 'GLOVEBOX_CACHE_TESTKIT_SEED';
const RUNS_VARIABLE = 'GLOVEBOX_CACHE_TESTKIT_MODEL_RUNS';
const DEFAULT_SEED = 1;
const DEFAULT_MODEL_RUNS = 30;

/** How random checks draw, and how long they go on. */
export interface RunSettings {
  /**
   * Decides everything that is random: the values of checks, the sequences of the model, and the order of the checks in
   * `runConformance`. @default the environment variable GLOVEBOX_CACHE_TESTKIT_SEED, or 1
   */
  readonly seed?: number;
  /**
   * Sequences of operations that each check of the group `model` tries, as far as two fifths of `timeoutSeconds` allow;
   * more than 30 get more time in proportion. @default the environment variable GLOVEBOX_CACHE_TESTKIT_MODEL_RUNS, or 30
   */
  readonly modelRuns?: number;
  /** Replays the one sequence that the failure of a check of the group `model` names, under the same `seed`. */
  readonly path?: string;
  /** How much is asked of the checks that work at length, such as those of several processes: `full` takes minutes. @default 'quick' */
  readonly scale?: Scale;
}

/** {@link RunSettings} with the defaults filled in. */
export interface ResolvedSettings {
  readonly seed: number;
  readonly modelRuns: number;
  readonly path: string | undefined;
  readonly scale: Scale;
}

/** @throws CacheError `CACHE_INVALID_CONFIG` */
export function resolveSettings(settings: RunSettings): ResolvedSettings {
  const {
    seed = fromEnvironment(SEED_VARIABLE) ?? DEFAULT_SEED,
    modelRuns = fromEnvironment(RUNS_VARIABLE) ?? DEFAULT_MODEL_RUNS,
    path,
    scale = 'quick',
  } = settings;
  if (!Number.isSafeInteger(seed)) refuse('seed', seed, 'a whole number');
  if (!Number.isSafeInteger(modelRuns) || modelRuns < 1) refuse('modelRuns', modelRuns, 'a whole number above 0');
  if (path !== undefined && !/^\d+(:\d+)*$/.test(path)) refuse('path', path, "what a failure shows, such as '3:0:1'");
  if (!SCALES.includes(scale)) refuse('scale', scale, "'quick' or 'full'");
  return { seed, modelRuns, path, scale };
}

function fromEnvironment(variable: string): number | undefined {
  const text = process.env[variable] ?? '';
  if (text === '') return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) refuse(variable, text, 'a whole number');
  return value;
}

function refuse(name: string, found: unknown, allowed: string): never {
  throw new CacheError('CACHE_INVALID_CONFIG', `${name} is ${JSON.stringify(found)}; allowed is ${allowed}`);
}
