import { randomNumbers, shuffled } from './random.js';
import { ConformanceReport } from './report.js';
import { type CheckResult, runCheck } from './run-check.js';
import { type RunSettings, resolveSettings } from './run-settings.js';
import { type CheckSelection, checkPath, checkTarget, selectChecks, selectConfigurations } from './selection.js';
import type { ConformanceTarget } from './target.js';

export interface ConformanceOptions extends CheckSelection, RunSettings {
  /** Told each result as it comes. */
  readonly onProgress?: (result: CheckResult, progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * Runs the suite without a test framework, one check at a time.
 * @throws CacheError `CACHE_INVALID_CONFIG` for a group, check or configuration that does not exist, a setting that is not
 * allowed, or a skip without a reason; what the backend does wrong is in the report instead
 */
export async function runConformance(
  target: ConformanceTarget,
  options: ConformanceOptions = {},
): Promise<ConformanceReport> {
  checkTarget(target);
  checkPath(options);
  const settings = resolveSettings(options);
  const { seed } = settings;
  const { onProgress } = options;
  const configurations = selectConfigurations(options);
  const checks = shuffled(selectChecks(options), randomNumbers(`order ${seed}`));
  const total = checks.length * configurations.length;
  const results: CheckResult[] = [];
  for (const configuration of configurations) {
    for (const check of checks) {
      const result = await runCheck(check, target, configuration, settings);
      results.push(result);
      onProgress?.(result, { done: results.length, total });
    }
  }
  return new ConformanceReport(target.name, seed, results);
}
