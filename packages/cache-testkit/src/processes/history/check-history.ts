import { type Violation, type ViolationKind, violation } from './explain.js';
import { IntervalIndex } from './interval-index.js';
import { type KeyHistory, type Read, type Removal, splitByKey, type Write } from './key-history.js';
import { FOREIGN, MISS, type Operation, PRESENT, type ValueId } from './operation.js';

/** A wall clock counts milliseconds and is set right now and then: an expiry is not held to less than this. */
const EXPIRY_TOLERANCE_NS = 20e6;

export interface HistoryCheckOptions {
  /**
   * `forgetting` permits a miss at any time, for stores with limits; `strict` only where the key may be absent or expired,
   * and no refused write.
   */
  readonly mode: 'forgetting' | 'strict';
}

/** What was found in a history. */
export interface HistoryVerdict {
  readonly operations: number;
  readonly keys: number;
  /** How many operations break a promise, by the promise. */
  readonly counts: Readonly<Partial<Record<ViolationKind, number>>>;
  /** The first violation of each kind. */
  readonly violations: readonly Violation[];
}

/**
 * Decides whether processes saw what a store with one state could have shown them: a value read was written whole to that
 * key; once a write or removal is acknowledged, no later read sees what it replaced; in strict mode nothing is missed that
 * was acknowledged and not removed. Every write must have an id of its own. Takes n log n, unlike the general problem,
 * since it is known of each read which write it saw (Gibbons and Korach, "Testing shared memories", 1997).
 */
export function checkHistory(operations: readonly Operation[], { mode }: HistoryCheckOptions): HistoryVerdict {
  const origin = operations.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const findings = new Findings(origin);
  for (const operation of operations) {
    if (operation.outcome === 'rejected') findings.add('rejected', operation.end, () => [operation]);
    else if (mode === 'strict' && operation.kind === 'set' && operation.outcome === 'refused') {
      findings.add('refused', operation.end, () => [operation]);
    }
  }
  const cleanups = operations.filter(({ kind }) => kind === 'cleanup');
  const keys = splitByKey(operations);
  for (const key of keys) {
    checkValues(key, findings);
    checkOrder(key, findings);
    if (mode === 'strict') checkMisses(key, cleanups, findings);
  }
  return { operations: operations.length, keys: keys.length, ...findings.toVerdict() };
}

/** Counts violations, and explains the earliest of each kind. */
class Findings {
  readonly #origin: number;
  readonly #counts = new Map<ViolationKind, number>();
  readonly #earliest = new Map<ViolationKind, { at: number; operations: readonly (Operation | undefined)[] }>();

  constructor(origin: number) {
    this.#origin = origin;
  }

  /** @param involved what shows it; asked only if this is the earliest of its kind so far */
  add(kind: ViolationKind, at: number, involved: () => readonly (Operation | undefined)[]): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    const known = this.#earliest.get(kind);
    if (known === undefined || at < known.at) this.#earliest.set(kind, { at, operations: involved() });
  }

  toVerdict(): Pick<HistoryVerdict, 'counts' | 'violations'> {
    const violations = [...this.#earliest]
      .sort(([, a], [, b]) => a.at - b.at)
      .map(([kind, { operations }]) => violation(kind, operations, this.#origin));
    return { counts: Object.fromEntries(this.#counts), violations };
  }
}

/** Each value read was written to this key, whole, and had not expired. */
function checkValues({ writes, reads }: KeyHistory, findings: Findings): void {
  const byId = new Map(writes.map((write) => [write.id, write]));
  for (const read of reads) {
    if (read.found === MISS || read.found === PRESENT) continue;
    const write = byId.get(read.found);
    if (write === undefined) findings.add('torn', read.to, () => [read.operation]);
    else if (write.from > read.to) findings.add('unwritten', read.to, () => [write.operation, read.operation]);
    else if (write.ttlNs !== undefined && read.from > write.to + write.ttlNs + EXPIRY_TOLERANCE_NS) {
      findings.add('expired', read.to, () => [write.operation, read.operation]);
    }
  }
}

/**
 * From the end of a write to the begin of the last read that sees it, the key has had that value. So no other change may lie
 * within that time as a whole, and no other value's time may overlap it.
 */
function checkOrder({ writes, removals, reads }: KeyHistory, findings: Findings): void {
  const readsOf = new Map<ValueId, Read[]>();
  for (const read of reads) {
    if (read.found === MISS || read.found === PRESENT || read.found === FOREIGN) continue;
    const known = readsOf.get(read.found);
    if (known === undefined) readsOf.set(read.found, [read]);
    else known.push(read);
  }
  const certain: (Write | Removal)[] = [...writes, ...removals].filter(({ isCertain }) => isCertain);
  const changes = new IntervalIndex(
    certain,
    ({ to }) => to,
    ({ from }) => from,
  );
  const reigns: { write: Write; last: Read }[] = [];
  for (const write of writes) {
    const seen = readsOf.get(write.id);
    if (seen === undefined) continue;
    const stale = seen.filter((read) => (changes.greatestBefore(read.from)?.from ?? 0) > write.to);
    const [first] = stale.sort((a, b) => a.from - b.from);
    if (first === undefined) {
      const last = seen.reduce((latest, read) => (read.from > latest.from ? read : latest));
      if (last.from > write.to) reigns.push({ write, last });
      continue;
    }
    const change = changes.greatestBefore(first.from);
    const kind = change !== undefined && 'id' in change ? 'stale' : 'returned';
    for (const read of stale) findings.add(kind, read.to, () => [write.operation, change?.operation, read.operation]);
  }
  checkReigns(reigns, findings);
  checkPresence({ writes, removals, reads }, findings);
}

/** An `exists` that is true needs a write that no removal came after. */
function checkPresence({ writes, removals, reads }: KeyHistory, findings: Findings): void {
  const written = new IntervalIndex(
    writes,
    ({ from }) => from,
    ({ to }) => to,
  );
  const removed = new IntervalIndex(
    removals.filter(({ isCertain }) => isCertain),
    ({ to }) => to,
    ({ from }) => from,
  );
  for (const read of reads) {
    if (read.found !== PRESENT) continue;
    const write = written.greatestBefore(read.to);
    const removal = removed.greatestBefore(read.from);
    if (removal === undefined || (write !== undefined && write.to >= removal.from)) continue;
    findings.add('returned', read.to, () => [write?.operation, removal.operation, read.operation]);
  }
}

function checkReigns(reigns: { write: Write; last: Read }[], findings: Findings): void {
  reigns.sort((a, b) => a.write.to - b.write.to);
  let longest: { write: Write; last: Read } | undefined;
  for (const reign of reigns) {
    if (longest !== undefined && reign.write.to < longest.last.from) {
      const both = [longest, reign];
      const at = Math.max(...both.map(({ last }) => last.to));
      findings.add('disagreement', at, () => both.flatMap(({ write, last }) => [write.operation, last.operation]));
    }
    if (longest === undefined || reign.last.from > longest.last.from) longest = reign;
  }
}

/** A key is absent from a moment on that ends in `to` at the latest, and earliest seen so `from`. */
interface Absence {
  readonly from: number;
  readonly to: number;
  readonly operation: Operation | undefined;
}

/** A miss needs a reason that no acknowledged write has ended: a removal, an expiry, or that nothing was there yet. */
function checkMisses(
  { writes, removals, reads }: KeyHistory,
  cleanups: readonly Operation[],
  findings: Findings,
): void {
  const expiries = writes.flatMap(({ from, to, ttlNs, operation }): Absence[] =>
    ttlNs === undefined ? [] : [{ from: Math.max(from, from + ttlNs - EXPIRY_TOLERANCE_NS), to, operation }],
  );
  const nothingYet: Absence = { from: Number.NEGATIVE_INFINITY, to: Number.NEGATIVE_INFINITY, operation: undefined };
  const absences = new IntervalIndex<Absence>(
    [nothingYet, ...removals, ...expiries],
    ({ from }) => from,
    ({ to }) => to,
  );
  const stored = new IntervalIndex(
    writes.filter(({ isCertain }) => isCertain),
    ({ to }) => to,
    ({ from }) => from,
  );
  for (const read of reads) {
    if (read.found !== MISS) continue;
    const write = stored.greatestBefore(read.from);
    const absence = absences.greatestBefore(read.to);
    if (write === undefined || (absence !== undefined && absence.to >= write.from)) continue;
    const hadExpired = expiries.some(({ operation }) => operation === absence?.operation);
    findings.add(hadExpired ? 'undone' : 'lost', read.to, () => [
      absence?.operation,
      write.operation,
      cleanups.find(({ start, end }) => start < read.from && end > write.from),
      read.operation,
    ]);
  }
}
