import { CHECK_GROUPS } from './check.js';
import { CONFIGURATIONS } from './configurations.js';
import { describeFailure, limitSecondsOf, runCheck } from './run-check.js';
import { type ResolvedSettings, type RunSettings, resolveSettings } from './run-settings.js';
import { RunnerContext, runnerTimeoutMs } from './runner-context.js';
import { type CheckRun, type CheckSelection, checkPath, checkTarget, selectRuns } from './selection.js';
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
  const runs = selectRuns(options);
  for (const configuration of CONFIGURATIONS) {
    const ofConfiguration = runs.filter((run) => run.configuration === configuration);
    if (ofConfiguration.length === 0) continue;
    const title = `${target.name} keeps the promises of a cache (${configuration} configuration)`;
    const summary = new SkipSummary(title, ofConfiguration.length);
    describe(title, () => {
      for (const group of CHECK_GROUPS) {
        const ofGroup = ofConfiguration.filter(({ check }) => check.group === group);
        if (ofGroup.length === 0) continue;
        describe(group, () => {
          for (const run of ofGroup) {
            const timeoutMs = runnerTimeoutMs(limitSecondsOf(run.check, target, settings));
            const test = testOf(run, target, { settings, summary, timeoutMs });
            it(`${run.check.id}: ${run.check.promise}`, test, timeoutMs);
          }
        });
      }
    });
  }
}

function testOf(
  { check, configuration }: CheckRun,
  target: ConformanceTarget,
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
