import { randomNumbers, shuffled } from './random.js';
import { ConformanceReport } from './report.js';
import { type CheckResult, runCheck } from './run-check.js';
import { type RunSettings, resolveSettings } from './run-settings.js';
import { type CheckSelection, checkPath, checkTarget, selectRuns } from './selection.js';
import type { StrayErrors } from './stray-errors.js';
import type { ConformanceTarget } from './target.js';

/** A check that is about to run. */
export type StartedCheck = Pick<CheckResult, 'id' | 'group' | 'promise' | 'configuration'>;

export interface ConformanceOptions extends CheckSelection, RunSettings {
  /** Told each check before it runs. */
  readonly onStart?: (check: StartedCheck, progress: ConformanceProgress) => void;
  /** Told each result as it comes. */
  readonly onProgress?: (result: CheckResult, progress: ConformanceProgress) => void;
}

export interface ConformanceProgress {
  /** Checks that have run, once for each configuration. */
  readonly done: number;
  readonly total: number;
}

/**
 * Runs the suite without a test framework, one check at a time.
 * @throws CacheError `CACHE_INVALID_CONFIG` for a group, check or configuration that does not exist, a setting that is not
 * allowed, or a skip without a reason; what the backend does wrong is in the report instead
 */
export function runConformance(
  target: ConformanceTarget,
  options: ConformanceOptions = {},
): Promise<ConformanceReport> {
  return runChecks(target, options);
}

/** {@link runConformance}, where the process is the suite's own. @param strays errors that the suite may catch for it */
export async function runChecks(
  target: ConformanceTarget,
  options: ConformanceOptions,
  strays?: StrayErrors,
): Promise<ConformanceReport> {
  checkTarget(target);
  checkPath(options);
  const settings = resolveSettings(options);
  const { seed } = settings;
  const { onStart, onProgress } = options;
  const runs = shuffled(selectRuns(options), randomNumbers(`order ${seed}`));
  const results: CheckResult[] = [];
  for (const { check, configuration } of runs) {
    const { id, group, promise } = check;
    onStart?.({ id, group, promise, configuration }, { done: results.length, total: runs.length });
    const result = await runCheck(check, target, configuration, settings, strays);
    results.push(result);
    onProgress?.(result, { done: results.length, total: runs.length });
  }
  return new ConformanceReport(target.name, seed, results);
}
