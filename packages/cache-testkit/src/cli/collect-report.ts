import type { CheckFailure } from '../failure.js';
import { ConformanceReport } from '../report.js';
import type { CheckResult } from '../run-check.js';
import type { StartedCheck } from '../run-conformance.js';
import { selectRuns } from '../selection.js';
import type { RunMessage, RunRequest } from './messages.js';
import { Progress, type ProgressStream } from './progress.js';
import { type Ending, supervise } from './supervise.js';
import { UsageError } from './usage-error.js';

/** The report of a run, or the signal that ended it. */
export type Outcome =
  | { readonly type: 'report'; readonly report: ConformanceReport }
  | { readonly type: 'interrupted'; readonly signal: NodeJS.Signals };

/**
 * Runs the checks in a process of their own and makes a report of what it tells, also when the backend takes that process
 * down: then the check that was running has failed, and what did not run is named as skipped.
 * @throws UsageError if nothing can be run
 */
export async function collectReport(request: RunRequest, stream: ProgressStream): Promise<Outcome> {
  const checks = plan(request);
  const results: CheckResult[] = [];
  let running: StartedCheck | undefined;
  let planned: Extract<RunMessage, { type: 'planned' }> | undefined;
  let refusal: string | undefined;
  const progress = new Progress(stream, checks.length);
  const onMessage = (message: RunMessage) => {
    if (message.type === 'planned') planned = message;
    if (message.type === 'refused') refusal = message.text;
    if (message.type === 'started') {
      running = message.check;
      progress.started(message.check);
    }
    if (message.type === 'finished') {
      running = undefined;
      results.push(message.result);
      progress.finished(message.result);
    }
  };

  const ending = await supervise(request, onMessage).finally(() => progress.end());
  if (ending.type === 'interrupted') return ending;
  if (refusal !== undefined) throw new UsageError(refusal);
  const end = describeEnd(ending);
  if (planned === undefined)
    throw new UsageError(`'${request.specifier}' can't be imported: ${end?.came ?? 'no answer'}`);
  if (end !== undefined) {
    if (running !== undefined) results.push({ ...running, status: 'failed', failure: end, durationMs: 0 });
    const reason = running === undefined ? end.came : `not run: ${running.id} has ended the process`;
    results.push(...remaining(checks, results).map((check) => skipped(check, reason)));
  }
  return { type: 'report', report: new ConformanceReport(planned.target, planned.seed, results) };
}

function plan({ selection }: RunRequest): StartedCheck[] {
  return selectRuns(selection).map(({ check: { id, group, promise }, configuration }) => ({
    id,
    group,
    promise,
    configuration,
  }));
}

function describeEnd(ending: Exclude<Ending, { type: 'interrupted' }>): CheckFailure | undefined {
  const trail = ['(lost with the process)'];
  if (ending.type === 'died') {
    return { expected: 'the process to go on', came: `its end: ${ending.how}, which a backend must never do`, trail };
  }
  if (ending.type === 'stuck') {
    const came = `an event loop that stood still for ${ending.seconds} s: synchronous code that waits or loops for ever`;
    return { expected: 'operations that let others run', came, trail };
  }
  return undefined;
}

function remaining(checks: readonly StartedCheck[], results: readonly CheckResult[]): StartedCheck[] {
  const nameOf = ({ id, configuration }: StartedCheck) => `${id} ${configuration}`;
  const known = new Set(results.map(nameOf));
  return checks.filter((check) => !known.has(nameOf(check)));
}

function skipped(check: StartedCheck, reason: string): CheckResult {
  return { ...check, status: 'skipped', reason, durationMs: 0 };
}
