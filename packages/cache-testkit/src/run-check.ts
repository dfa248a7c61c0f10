import { performance } from 'node:perf_hooks';
import type { Check } from './check.js';
import { type ConfigurationName, configurationOf } from './configurations.js';
import { type CheckFailure, failureOf, TimeOver } from './failure.js';
import { closedGate, evictingPolicyOf, type TargetTraits } from './gates.js';
import { type Paint, plainPaint } from './paint.js';
import { probeTrailOf, traitsOf } from './probe.js';
import type { ResolvedSettings } from './run-settings.js';
import { Scene } from './scene.js';
import type { StrayErrors } from './stray-errors.js';
import type { ConformanceTarget } from './target.js';
import { usualCauseOf } from './usual-causes.js';

const DEFAULT_TIMEOUT_SECONDS = 4;
/** For work in the background: as a rule it takes less than a millisecond, and a broken cache is waited for in vain. */
const MAX_PATIENCE_MS = 2_000;

export interface CheckResult {
  readonly id: string;
  readonly group: string;
  readonly promise: string;
  readonly configuration: ConfigurationName;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Why the check was skipped. */
  readonly reason?: string;
  readonly failure?: CheckFailure;
  readonly durationMs: number;
}

/** Runs one check in one configuration. Never rejects. @param strays errors that nobody else catches */
export async function runCheck(
  check: Check,
  target: ConformanceTarget,
  configuration: ConfigurationName,
  settings: ResolvedSettings,
  strays?: StrayErrors,
): Promise<CheckResult> {
  const startedAt = performance.now();
  const finish = (outcome: Pick<CheckResult, 'status' | 'reason' | 'failure'>): CheckResult => {
    const { id, group, promise } = check;
    return { id, group, promise, configuration, ...outcome, durationMs: performance.now() - startedAt };
  };
  const declined = target.skip?.[check.id];
  if (declined !== undefined) return finish({ status: 'skipped', reason: declined });

  let traits: TargetTraits;
  try {
    traits = await withinTime(traitsOf(target), timeoutSecondsOf(target));
  } catch (error) {
    return finish({ status: 'failed', failure: failureOf(error, probeTrailOf(target)) });
  }
  const closed = closedGate(check.needs, traits);
  if (closed !== undefined) return finish({ status: 'skipped', reason: closed });

  const limitSeconds = limitSecondsOf(check, target, settings);
  const scene = new Scene(target, {
    config: configurationOf(configuration, check.footprint, traits),
    seed: `${settings.seed} ${check.id}`,
    evictingPolicy: evictingPolicyOf(traits),
    search: { runs: settings.modelRuns, budgetSeconds: limitSeconds * 0.4, path: settings.path },
    scale: settings.scale,
    patienceMs: Math.min(MAX_PATIENCE_MS, timeoutSecondsOf(target) * 250),
  });
  let failure: CheckFailure | undefined;
  const note = async (error: unknown) => {
    const found = failureOf(error, scene.trail, usualCauseOf(check.id));
    // An operation that hangs may well hang because of an error that went astray.
    const stray = await strays?.take();
    if (failure !== undefined) return;
    failure = stray === undefined ? found : failureOf(stray, scene.trail);
    const path = scene.foundPath;
    if (path !== undefined) failure = { ...failure, path, replay: replayOf(check, configuration, settings, path) };
  };
  await withinTime(check.run(scene), limitSeconds).catch(note);
  await withinTime(scene.dispose(), limitSeconds).catch(note);
  const stray = await strays?.take();
  if (stray !== undefined) failure ??= failureOf(stray, scene.trail);
  return finish(failure === undefined ? { status: 'passed' } : { status: 'failed', failure });
}

/** The failure as text: what was promised, what led there, what came instead. */
export function describeFailure(
  { id, promise, configuration }: Pick<CheckResult, 'id' | 'promise' | 'configuration'>,
  failure: CheckFailure,
  paint: Paint = plainPaint,
): string {
  return [
    paint.heading(`${id} (${configuration} configuration)`),
    `  promised: ${promise}`,
    `  expected: ${paint.good(failure.expected)}`,
    `  came:     ${paint.bad(failure.came)}`,
    '  what led there:',
    ...failure.trail.map((line) => `    ${line}`),
    ...(failure.usualCause === undefined ? [] : [`  often:    ${failure.usualCause}`]),
    ...(failure.replay === undefined ? [] : [`  replay:   ${failure.replay}`]),
    ...(failure.stack === undefined ? [] : ['  thrown at:', ...failure.stack.split('\n').map((line) => `    ${line}`)]),
  ].join('\n');
}

function replayOf({ id }: Check, configuration: ConfigurationName, { seed }: ResolvedSettings, path: string): string {
  return `{ checks: ['${id}'], configurations: ['${configuration}'], seed: ${seed}, path: '${path}' }`;
}

/** Real seconds that a check may take. */
export function limitSecondsOf(check: Check, target: ConformanceTarget, settings: ResolvedSettings): number {
  const seconds = timeoutSecondsOf(target) * check.patience(settings.modelRuns);
  return Math.max(seconds, check.timeoutSeconds[settings.scale]);
}

export function timeoutSecondsOf({ timeoutSeconds = DEFAULT_TIMEOUT_SECONDS }: ConformanceTarget): number {
  return timeoutSeconds;
}

/** Real time: an operation that never ends would leave the author without a trail. */
async function withinTime<T>(work: Promise<T>, timeoutSeconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new TimeOver(timeoutSeconds));
    }, timeoutSeconds * 1_000);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
