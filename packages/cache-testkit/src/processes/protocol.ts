import type { CacheManager, Clock } from '@glovebox/cache-core';
import type { CacheConfig } from '../target.js';

/** A function that a process runs: an export of a module that the process can import by its URL. */
export interface RoutineReference {
  readonly module: string;
  readonly name: string;
}

/** What a routine is given in its process. `A` and everything reported must survive a structured clone. */
export interface RoutineContext<A> {
  readonly args: A;
  /** Number of this process, from 1 on, as failures name it. */
  readonly number: number;
  /** A folder outside of the store that all processes of one driver share. */
  readonly notesDirectory: string;
  /** Aborted when the driver asks the routine to come to its end. */
  readonly signal: AbortSignal;
  /**
   * An instance on the shared store. It is closed after the routine, if it is still open.
   * @param clock the real one, unless it is given
   */
  open(config?: CacheConfig, clock?: Clock): Promise<CacheManager>;
  /**
   * Tells the driver something. Sent before it returns, so that a `kill -9` afterwards does not take it back, unless some
   * hundred reports wait to be read: what is told often and must not be lost belongs into a file.
   */
  report(message: unknown): void;
  /** What the driver tells, in order; ends when the driver asks the routine to end. */
  received(): AsyncIterable<unknown>;
}

/** Runs in a process of its own; what it returns is the process's result. */
export type Routine<A, R> = (context: RoutineContext<A>) => Promise<R>;

export interface WorkerTask {
  /** URL of the module whose default export is the target. */
  readonly target: string;
  readonly directory: string;
  readonly notesDirectory: string;
  readonly config: CacheConfig;
  readonly number: number;
  readonly routine: RoutineReference;
  readonly args: unknown;
}

export type MessageToWorker =
  | { readonly kind: 'load'; readonly task: WorkerTask }
  | { readonly kind: 'go' }
  | { readonly kind: 'tell'; readonly body: unknown }
  | { readonly kind: 'stop' };

export type MessageFromWorker =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'report'; readonly body: unknown }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string | undefined };

/** Nanoseconds by a clock that all processes of a host share and that never steps. */
export function monotonicNanoseconds(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e9 + nanoseconds;
}
