import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel';
import { type KeyPlace, placeOf } from './namespace-keys.js';
import type { CacheOperation, OperationOutcome } from './observation.js';
import type { CacheManager } from './types.js';

/** Operations that are traced on `tracing:glovebox:cache:<operation>:*`; `factory` is what a `getOrSet` has computed. */
export type TracedOperation =
  | Exclude<CacheOperation, 'keys' | 'entries' | 'open'>
  | 'getMany'
  | 'setMany'
  | 'deleteMany'
  | 'factory';

/** The message of a traced operation: one object, from `start` to `asyncEnd`. No value is ever in it. */
export interface OperationTrace extends Partial<KeyPlace> {
  /** The kind of cache, its `name`. */
  readonly cache: string;
  readonly operation: TracedOperation;
  /** A timer asked for it, and nobody waits. */
  readonly isAutomatic: boolean;
  /** Known at `asyncEnd`. `error`: it rejected. A fault that became a miss or a refused write is told as such. */
  readonly outcome: OperationOutcome | undefined;
  /** Known at `asyncEnd` of batches and cleanups: how many were found, stored or removed. */
  readonly count: number | undefined;
  /** What it rejected with, known at `error` and after. */
  readonly error: unknown;
  /** The cache that does it: the instance itself, not a handle or namespace of it. Not enumerable. */
  readonly instance: CacheManager;
  /**
   * At `start`: has the operation run by `wrapper`, which calls what it is given, once and at once, and returns its result.
   * For contexts that can be entered by a function only, and so not be bound as a store.
   */
  runWithin(wrapper: RunWrapper): void;
}

export type RunWrapper = <R>(run: () => R) => R;

/** What is known of an operation when it starts. */
export interface TraceSubject {
  readonly instance: CacheManager;
  readonly operation: TracedOperation;
  /** As the store knows it. */
  readonly key?: unknown;
  readonly namespace?: string;
  readonly isAutomatic?: boolean;
}

/** How an operation ended. */
export interface TraceResult {
  readonly outcome: OperationOutcome;
  readonly count?: number;
}

class Trace implements OperationTrace {
  readonly cache: string;
  readonly operation: TracedOperation;
  readonly isAutomatic: boolean;
  declare readonly namespace?: string;
  declare readonly key?: string;
  outcome: OperationOutcome | undefined;
  count: number | undefined;
  error: unknown;
  readonly #instance: CacheManager;
  readonly #wrappers: RunWrapper[] = [];

  constructor({ instance, operation, key, namespace, isAutomatic = false }: TraceSubject) {
    this.cache = instance.name;
    this.operation = operation;
    this.isAutomatic = isAutomatic;
    // Traced before it is checked: it may be anything.
    if (typeof key === 'string') Object.assign(this, placeOf(key));
    if (namespace !== undefined) this.namespace = namespace;
    this.#instance = instance;
  }

  /** Behind a getter, so that nothing that writes a message down goes through a whole cache. */
  get instance(): CacheManager {
    return this.#instance;
  }

  runWithin(wrapper: RunWrapper): void {
    this.#wrappers.push(wrapper);
  }

  /** Runs a task within the wrappers, the first one innermost. */
  run<R>(task: () => R): R {
    return this.#wrappers.reduce<() => R>((inner, wrapper) => () => wrapper(inner), task)();
  }
}

type Channels = TracingChannel<unknown, object>;

export const TRACED_OPERATIONS: readonly TracedOperation[] = [
  'get',
  'lookup',
  'set',
  'setStream',
  'getStream',
  'exists',
  'delete',
  'clear',
  'getMany',
  'setMany',
  'deleteMany',
  'invalidateTags',
  'getOrSet',
  'factory',
  'add',
  'update',
  'increment',
  'take',
  'touch',
  'getMetadata',
  'getStats',
  'cleanup',
  'close',
];

/** The channels of each operation. */
export const tracing = Object.fromEntries(
  TRACED_OPERATIONS.map((operation) => [operation, tracingChannel(`glovebox:cache:${operation}`)]),
) as Record<TracedOperation, Channels>;

/**
 * Whether anybody listens. Of five channels two are asked: each further one would be a part of what a read from memory
 * takes, and whoever follows an operation listens to its start, or to its end.
 */
export function isTraced({ start, asyncEnd }: Channels): boolean {
  return start.hasSubscribers || asyncEnd.hasSubscribers;
}

/**
 * Runs an operation between its messages, as `TracingChannel.tracePromise` would, which also puts the result into them:
 * that is a value. What stores are bound to `start` hold while it runs.
 */
export function trace<T>(
  subject: TraceSubject,
  run: () => Promise<T>,
  describe: (result: T) => TraceResult,
): Promise<T> {
  const message = new Trace(subject);
  const { start, end, asyncStart, asyncEnd, error } = tracing[subject.operation];
  return start.runStores(message, async () => {
    try {
      const running = message.run(run);
      end.publish(message);
      const result = await running;
      Object.assign(message, describe(result));
      return result;
    } catch (reason) {
      message.outcome = 'error';
      message.error = reason;
      error.publish(message);
      throw reason;
    } finally {
      asyncStart.publish(message);
      asyncEnd.publish(message);
    }
  });
}
