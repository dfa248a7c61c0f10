/** Operations that histories record. */
export const OPERATION_KINDS = ['get', 'exists', 'set', 'delete', 'clear', 'getOrSet', 'cleanup'] as const;

export type OperationKind = (typeof OPERATION_KINDS)[number];

/** How an operation ended. `unknown`: its process died before it could tell. */
export const OUTCOMES = ['acknowledged', 'refused', 'rejected', 'unknown'] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** Names a value among all that were ever written: see `valueName`. */
export type ValueId = number;

/** What a read found instead of a value that somebody wrote. */
export const MISS = 0;
export const FOREIGN = -1;
export const PRESENT = -2;

/** An operation as its process saw it. Stamps are nanoseconds of the monotonic clock. */
export interface Operation {
  readonly process: number;
  readonly kind: OperationKind;
  /** Index of the key, -1 for operations on the whole store. */
  readonly key: number;
  readonly start: number;
  /** When it had ended; for one of unknown outcome when its process was gone. */
  readonly end: number;
  readonly outcome: Outcome;
  /** What it wrote, or may have written. */
  readonly written?: ValueId | undefined;
  /** When a `getOrSet` began to compute what it wrote. */
  readonly writtenFrom?: number | undefined;
  /** What it read: a value, or `MISS`, `FOREIGN`, `PRESENT`. */
  readonly read?: ValueId | undefined;
  /** Time to live of what it wrote. */
  readonly ttlMs?: number | undefined;
  /** What was read that nobody wrote, or the error that it rejected with. */
  readonly note?: string | undefined;
}

const SEQUENCE_LIMIT = 2 ** 32;

export function valueId(process: number, sequence: number): ValueId {
  return process * SEQUENCE_LIMIT + sequence;
}

/** `3.42`: the 42nd value of process 3. */
export function valueName(id: ValueId): string {
  return `${Math.floor(id / SEQUENCE_LIMIT)}.${id % SEQUENCE_LIMIT}`;
}

export function keyName(index: number): string {
  return `key ${index}`;
}
