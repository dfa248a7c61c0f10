import { type Interval, IntervalIndex } from './interval-index.js';
import { MISS, type Operation, type ValueId } from './operation.js';

/** A write, or what may have been one. */
export interface Write extends Interval {
  readonly id: ValueId;
  /** It was stored for certain, by `to`. */
  readonly isCertain: boolean;
  readonly ttlNs: number | undefined;
  readonly operation: Operation;
}

/** A delete or a clear, or what may have been one. */
export interface Removal extends Interval {
  readonly isCertain: boolean;
  readonly operation: Operation;
}

export interface Read extends Interval {
  /** The value, or `MISS`, `FOREIGN`, `PRESENT`. */
  readonly found: number;
  readonly operation: Operation;
}

/** What happened to one key. */
export interface KeyHistory {
  readonly writes: readonly Write[];
  readonly removals: readonly Removal[];
  readonly reads: readonly Read[];
}

/** Takes a history apart by key; what concerns the whole store concerns every key. */
export function splitByKey(operations: readonly Operation[]): KeyHistory[] {
  const byKey = new Map<number, Operation[]>();
  for (const operation of operations) {
    if (operation.key < 0) continue;
    const known = byKey.get(operation.key);
    if (known === undefined) byKey.set(operation.key, [operation]);
    else known.push(operation);
  }
  const clears = operations.filter(({ kind }) => kind === 'clear');
  return [...byKey.values()].map((ofKey) => keyHistory(ofKey, clears));
}

function keyHistory(operations: readonly Operation[], clears: readonly Operation[]): KeyHistory {
  const removals = [...operations.filter(({ kind }) => kind === 'delete'), ...clears].map(
    (operation): Removal => ({
      from: operation.start,
      to: operation.end,
      // A delete that found nothing says nothing of what was set meanwhile.
      isCertain: operation.outcome === 'acknowledged',
      operation,
    }),
  );
  const sets = operations.filter(({ kind }) => kind === 'set').map(({ start, end }) => ({ from: start, to: end }));
  const changes = new IntervalIndex<Interval>(
    [...sets, ...removals],
    ({ from }) => from,
    ({ to }) => to,
  );
  const overlapping = overlappingRuns(operations);
  const writes = operations.flatMap((operation) => writeOf(operation, changes, overlapping));
  return { writes, removals, reads: operations.flatMap(readsOf) };
}

/** Operations that computed the key while another process did so too, since it did not get the lock in time: one is stored. */
function overlappingRuns(operations: readonly Operation[]): ReadonlySet<Operation> {
  const runs = operations
    .flatMap((operation) => {
      const { kind, writtenFrom } = operation;
      return kind === 'getOrSet' && writtenFrom !== undefined ? [{ operation, from: writtenFrom }] : [];
    })
    .sort((a, b) => a.from - b.from);
  const overlapping = new Set<Operation>();
  let latestEnd = Number.NEGATIVE_INFINITY;
  for (const [index, { operation }] of runs.entries()) {
    const nextFrom = runs[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    if (latestEnd > operation.start || nextFrom < operation.end) overlapping.add(operation);
    latestEnd = Math.max(latestEnd, operation.end);
  }
  return overlapping;
}

/**
 * @param changes sets and removals of the key
 * @param overlapping see {@link overlappingRuns}
 */
function writeOf(operation: Operation, changes: IntervalIndex<Interval>, overlapping: ReadonlySet<Operation>): Write[] {
  const { kind, start, end, outcome, written, writtenFrom, ttlMs } = operation;
  if (written === undefined) return [];
  const from = writtenFrom ?? start;
  // What is computed while the key is written or removed goes to the callers, and need not be stored: from the call on,
  // which may have waited for the run of the factory.
  const isDisturbed =
    kind === 'getOrSet' && ((changes.greatestBefore(end)?.to ?? 0) > start || overlapping.has(operation));
  const isCertain = outcome === 'acknowledged' && !isDisturbed;
  const ttlNs = ttlMs === undefined ? undefined : ttlMs * 1e6;
  return [{ id: written, from, to: end, isCertain, ttlNs, operation }];
}

function readsOf(operation: Operation): Read[] {
  const { kind, start, end, outcome, read, written, writtenFrom } = operation;
  if (outcome !== 'acknowledged' || read === undefined) return [];
  const isComputed = kind === 'getOrSet' && written === read && writtenFrom !== undefined;
  // What a getOrSet computed itself it has not read: it had missed before.
  return [
    isComputed
      ? { from: start, to: writtenFrom, found: MISS, operation }
      : { from: start, to: end, found: read, operation },
  ];
}
