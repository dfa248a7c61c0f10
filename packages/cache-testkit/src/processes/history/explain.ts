import { FOREIGN, keyName, MISS, type Operation, PRESENT, valueName } from './operation.js';

/** One promise that a history breaks, with the operations that show it and nothing else. */
export interface Violation {
  readonly kind: ViolationKind;
  /** What is wrong, and where to look for the cause. */
  readonly message: string;
  /** A line for each operation that matters, in the order in which they began. */
  readonly excerpt: readonly string[];
}

export type ViolationKind = keyof typeof MESSAGES;

const MESSAGES = {
  torn:
    'a read returned something that nobody had written to its key. Usual causes: an entry is written in place instead ' +
    'of to a staging file that is then renamed; two writers share a staging name; the stored key is not compared',
  unwritten: 'a read returned a value whose write began only after the read had ended',
  stale:
    'a read returned a value that had been replaced before the read began. Usual causes: a process answers from a copy ' +
    'in memory without looking at the store; set resolves before others can see the entry',
  returned:
    'a read returned a value that had been removed before the read began. Usual causes: delete or clear resolve before ' +
    'the entry is gone; a removal that was given up puts back an old file; a copy in memory is not checked',
  disagreement:
    'after two sets had both been acknowledged, one read saw the one value and another read the other: what was ' +
    'replaced came back. Usual cause: each process answers from a copy in memory of what it wrote itself',
  expired: 'a read returned a value after its time to live',
  lost:
    'a read missed though a set had been acknowledged, and nothing had removed the key since. Usual causes: a removal ' +
    'takes what was written meanwhile; an entry is not there for a moment while it is replaced; a failed write resolves ' +
    'to true',
  undone:
    'a set that was acknowledged is gone, with the expired entry that it replaced. Usual cause: a cleanup, or a read of ' +
    'an expired entry, looks at an entry and then removes it, without making sure that nobody replaced it in between',
  refused: 'a set resolved to false, though the store is whole, writable and without limits',
  rejected: 'an operation rejected: faults are misses and refused writes, and only a caller’s mistake rejects',
  unended: 'an operation has not ended',
} as const;

/** @param operations what shows it; the last one is where it shows */
export function violation(
  kind: ViolationKind,
  operations: readonly (Operation | undefined)[],
  origin: number,
): Violation {
  const involved = [...new Set(operations.filter((operation) => operation !== undefined))];
  const excerpt = involved.sort((a, b) => a.start - b.start).map((operation) => describe(operation, origin));
  return { kind, message: MESSAGES[kind], excerpt };
}

/** The operation on one line, its times in milliseconds since `origin`. */
function describe(operation: Operation, origin: number): string {
  const times = [operation.start, operation.end].map((stamp) => milliseconds(stamp - origin));
  return `${times[0]} to ${times[1]} ms  process ${operation.process}: ${callOf(operation)} → ${outcomeOf(operation)}`;
}

function callOf({ kind, key, written, ttlMs }: Operation): string {
  if (key < 0) return `${kind}()`;
  const name = `'${keyName(key)}'`;
  if (kind === 'set' && written !== undefined) {
    const ttl = ttlMs === undefined ? '' : `, { ttl: '${ttlMs}ms' }`;
    return `set(${name}, ${valueName(written)}${ttl})`;
  }
  return `${kind}(${name})`;
}

function outcomeOf({ kind, outcome, read, written, note }: Operation): string {
  if (outcome === 'unknown') return '(its process was killed)';
  if (outcome === 'rejected') return `rejected with ${note ?? 'an error'}`;
  if (kind === 'get' || kind === 'getOrSet') {
    const computed = kind === 'getOrSet' && written !== undefined && written === read ? ', its own' : '';
    return `${foundOf(read, note)}${computed}`;
  }
  if (kind === 'exists') return String(read === PRESENT);
  if (kind === 'set' || kind === 'delete') return String(outcome === 'acknowledged');
  return 'done';
}

function foundOf(read: number | undefined, note: string | undefined): string {
  if (read === undefined || read === MISS) return 'undefined';
  return read === FOREIGN ? `${note ?? 'something else'}` : valueName(read);
}

function milliseconds(nanoseconds: number): string {
  return Number.isFinite(nanoseconds) ? (nanoseconds / 1e6).toFixed(4) : '…';
}
