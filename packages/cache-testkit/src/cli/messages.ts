import type { BenchmarkProgress } from '../benchmark/benchmark-backend.js';
import type { CheckResult } from '../run-check.js';
import type { StartedCheck } from '../run-conformance.js';
import type { RunSettings } from '../run-settings.js';
import type { CheckSelection } from '../selection.js';

/** What is measured, and beside what. */
export interface BenchmarkSettings {
  /** Path, URL or package specifier of the target to compare with. */
  readonly baseline?: string | undefined;
  readonly seconds?: number;
  readonly rounds?: number;
}

/** What the process that runs the checks is asked to do. */
export interface RunRequest {
  /** Path, URL or package specifier of the target module. */
  readonly specifier: string;
  readonly selection: CheckSelection;
  readonly settings: RunSettings;
  /** Given: nothing is checked, the operations are measured. */
  readonly benchmark?: BenchmarkSettings;
}

/**
 * What it tells: `planned` first or `refused` alone, then `started` and `finished` for each check, then `done`. A benchmark
 * tells `measuring` for each operation and `measured` once in their place.
 */
export type RunMessage =
  /** The target can't be had, or what was asked for does not exist: nothing runs. */
  | { readonly type: 'refused'; readonly text: string }
  | { readonly type: 'planned'; readonly target: string; readonly seed: number; readonly timeoutSeconds: number }
  | { readonly type: 'started'; readonly check: StartedCheck }
  | { readonly type: 'finished'; readonly result: CheckResult }
  | { readonly type: 'measuring'; readonly progress: BenchmarkProgress }
  /** The tables, and the same as JSON. */
  | { readonly type: 'measured'; readonly text: string; readonly json: string }
  /** Sent every second by an event loop that turns. */
  | { readonly type: 'alive' }
  | { readonly type: 'done' };
