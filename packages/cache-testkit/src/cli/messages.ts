import type { CheckResult } from '../run-check.js';
import type { StartedCheck } from '../run-conformance.js';
import type { RunSettings } from '../run-settings.js';
import type { CheckSelection } from '../selection.js';

/** What the process that runs the checks is asked to do. */
export interface RunRequest {
  /** Path, URL or package specifier of the target module. */
  readonly specifier: string;
  readonly selection: CheckSelection;
  readonly settings: RunSettings;
}

/** What it tells: `planned` first or `refused` alone, then `started` and `finished` for each check, then `done`. */
export type RunMessage =
  /** The target can't be had, or what was asked for does not exist: nothing runs. */
  | { readonly type: 'refused'; readonly text: string }
  | { readonly type: 'planned'; readonly target: string; readonly seed: number; readonly timeoutSeconds: number }
  | { readonly type: 'started'; readonly check: StartedCheck }
  | { readonly type: 'finished'; readonly result: CheckResult }
  /** Sent every second by an event loop that turns. */
  | { readonly type: 'alive' }
  | { readonly type: 'done' };
