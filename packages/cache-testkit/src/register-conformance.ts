import { CHECK_GROUPS, type Check } from './check.js';
import type { ConfigurationName } from './configurations.js';
import { describeFailure, runCheck } from './run-check.js';
import { type ResolvedSettings, type RunSettings, resolveSettings } from './run-settings.js';
import { type CheckSelection, checkPath, checkTarget, selectChecks, selectConfigurations } from './selection.js';
import type { ConformanceTarget } from './target.js';

/** The two functions that every test runner has. */
export interface TestRunner {
  describe(title: string, register: () => void): unknown;
  it(title: string, run: () => Promise<void>): unknown;
}

/**
 * Registers the suite with a test runner: one test a check and configuration. What the target skips, or is not asked
 * because of its capabilities, is marked as skipped where the runner can do that, and passes where it can't.
 * @throws CacheError `CACHE_INVALID_CONFIG` for a group, check or configuration that does not exist, a setting that is not
 * allowed, or a skip without a reason
 */
export function registerConformance(
  { describe, it }: TestRunner,
  target: ConformanceTarget,
  options: CheckSelection & RunSettings = {},
): void {
  checkTarget(target);
  checkPath(options);
  const settings = resolveSettings(options);
  const checks = selectChecks(options);
  for (const configuration of selectConfigurations(options)) {
    describe(`${target.name} keeps the promises of a cache (${configuration} configuration)`, () => {
      for (const group of CHECK_GROUPS) {
        const ofGroup = checks.filter((check) => check.group === group);
        if (ofGroup.length === 0) continue;
        describe(group, () => {
          for (const check of ofGroup) {
            it(`${check.id}: ${check.promise}`, testOf(check, target, configuration, settings));
          }
        });
      }
    });
  }
}

function testOf(
  check: Check,
  target: ConformanceTarget,
  configuration: ConfigurationName,
  settings: ResolvedSettings,
): () => Promise<void> {
  // Rest parameters leave the function's length 0: jest and mocha would take a first parameter for a callback.
  return async function (this: unknown, ...context: unknown[]): Promise<void> {
    const result = await runCheck(check, target, configuration, settings);
    if (result.reason !== undefined) markSkipped([context[0], this], result.reason);
    if (result.failure === undefined) return;
    const error = new Error(describeFailure(result, result.failure));
    error.name = 'ConformanceFailure';
    // The place in the suite tells a backend's author nothing.
    error.stack = `${error.name}: ${error.message}`;
    throw error;
  };
}

/** vitest and node:test pass a context with `skip`, mocha has it on `this`, jest has neither. */
function markSkipped(contexts: readonly unknown[], reason: string): void {
  for (const context of contexts) {
    // The context of vitest is a function.
    if ((typeof context !== 'object' && typeof context !== 'function') || context === null) continue;
    const skip: unknown = Reflect.get(context, 'skip');
    if (typeof skip !== 'function') continue;
    Reflect.apply(skip, context, [reason]);
    return;
  }
}
