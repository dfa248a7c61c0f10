import { CHECK_GROUPS, type Check } from './check.js';
import type { ConfigurationName } from './configurations.js';
import { describeFailure, runCheck, timeoutSecondsOf } from './run-check.js';
import { type ResolvedSettings, type RunSettings, resolveSettings } from './run-settings.js';
import { RunnerContext, runnerTimeoutMs } from './runner-context.js';
import { type CheckSelection, checkPath, checkTarget, selectChecks, selectConfigurations } from './selection.js';
import { SkipSummary } from './skip-summary.js';
import type { ConformanceTarget } from './target.js';

/** The two functions that every test runner has. */
export interface TestRunner {
  describe(title: string, register: () => void): unknown;
  /** @param timeoutMs real time that the test may take; mocha and node:test do not read it here */
  it(title: string, run: () => Promise<void>, timeoutMs: number): unknown;
}

/**
 * Registers the suite with a test runner: one test a check and configuration. What the target skips, or is not asked
 * because of its capabilities, is marked as skipped where the runner can do that; where it can't, in jest, it passes, and
 * the last test of the configuration prints what that were and why.
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
    const title = `${target.name} keeps the promises of a cache (${configuration} configuration)`;
    const summary = new SkipSummary(title, checks.length);
    describe(title, () => {
      for (const group of CHECK_GROUPS) {
        const ofGroup = checks.filter((check) => check.group === group);
        if (ofGroup.length === 0) continue;
        describe(group, () => {
          for (const check of ofGroup) {
            const timeoutMs = runnerTimeoutMs(timeoutSecondsOf(target) * check.patience(settings.modelRuns));
            const test = testOf(check, target, configuration, { settings, summary, timeoutMs });
            it(`${check.id}: ${check.promise}`, test, timeoutMs);
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
  { settings, summary, timeoutMs }: { settings: ResolvedSettings; summary: SkipSummary; timeoutMs: number },
): () => Promise<void> {
  // Rest parameters leave the function's length 0: jest and mocha would take a first parameter for a callback.
  return async function (this: unknown, ...context: unknown[]): Promise<void> {
    const runner = new RunnerContext([context[0], this]);
    runner.allow(timeoutMs);
    const { reason, failure, ...result } = await runCheck(check, target, configuration, settings);
    if (reason === undefined) summary.noteRun();
    else if (!runner.skip(reason)) summary.noteSkip(check.id, reason);
    if (failure === undefined) return;
    const error = new Error(describeFailure(result, failure));
    error.name = 'ConformanceFailure';
    // The place in the suite tells a backend's author nothing.
    error.stack = `${error.name}: ${error.message}`;
    throw error;
  };
}
