import { statSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '../printable.js';
import { judgeLiveness, type ProcessIdentity, parseIdentity } from '../process-identity.js';
import { isNotAFile, readSmallFile } from '../safe-files.js';
import { systemCode } from '../system-error.js';
import type { ClaimState } from './claim.js';

export interface OwnerJudgeOptions {
  self: ProcessIdentity;
  procDir: string;
  staleMs: number;
  updateMs: number;
  /** Epoch milliseconds. */
  now: () => number;
  /** Milliseconds of a clock that is never set, and stands still while the machine sleeps. */
  monotonicNow: () => number;
}

/** Who has a lock, as far as is known. */
export interface Holder {
  identity?: ProcessIdentity;
  /** Epoch milliseconds. */
  acquiredAt?: number;
}

interface Suspect {
  heartbeatAt: number;
  /** On the monotonic clock. */
  seenAt: number;
}

/** A record is a few hundred bytes. */
const MAX_RECORD_BYTES = 4096;
/** More suspects than this in one process: something else is wrong, and starting to watch anew costs only time. */
const MAX_SUSPECTS = 1000;

/** The record that an owner leaves in its claim. */
export function formatRecord(identity: ProcessIdentity, acquiredAt: number): string {
  return `${JSON.stringify({ ...identity, acquiredAt })}\n`;
}

/** Decides whether a claim binds others. */
export class OwnerJudge {
  readonly #options: OwnerJudgeOptions;
  readonly #suspects = new Map<string, Suspect>();

  constructor(options: OwnerJudgeOptions) {
    this.#options = options;
  }

  /** The holder of the claim at `path`, or `undefined` if the claim is not in force. */
  holderOf(path: string, state: ClaimState): Holder | undefined {
    // A claim without a record has not had its second look, which will show it ours, newer: it loses.
    if (state.kind !== 'held') return undefined;
    for (const file of state.files) {
      const holder = this.#judgeRecord(path, file);
      if (holder !== undefined) return holder;
    }
    return undefined;
  }

  #judgeRecord(claimPath: string, file: string): Holder | undefined {
    const path = join(claimPath, file);
    const text = readRecord(path);
    // Released since it was listed, or still being written: the second look of its owner comes later than ours.
    if (text === undefined || text === '') return undefined;

    const holder = parseRecord(text);
    const { procDir, self } = this.#options;
    const liveness = holder.identity === undefined ? 'unknown' : judgeLiveness(holder.identity, { procDir, self });
    if (liveness === 'alive') return holder;
    if (liveness === 'dead') return undefined;
    return this.#isStale(claimPath, path) ? undefined : holder;
  }

  /**
   * For an owner that can't be judged. Old by the wall clock, or dated far in the future, since the clock was wrong then
   * or is now; and seen not to change for longer than a heartbeat takes: after the machine slept, every heartbeat is old
   * until its owner's timer comes round.
   */
  #isStale(claimPath: string, recordPath: string): boolean {
    const { staleMs, updateMs, now, monotonicNow } = this.#options;
    let heartbeatAt: number;
    try {
      // Not the modification time, which proper-lockfile writes by its own clock and anybody can set.
      heartbeatAt = statSync(claimPath).ctimeMs;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return true;
      throw error;
    }
    if (Math.abs(now() - heartbeatAt) <= staleMs) {
      this.#suspects.delete(recordPath);
      return false;
    }
    const suspect = this.#suspects.get(recordPath);
    if (suspect === undefined || suspect.heartbeatAt !== heartbeatAt) {
      if (this.#suspects.size >= MAX_SUSPECTS) this.#suspects.clear();
      this.#suspects.set(recordPath, { heartbeatAt, seenAt: monotonicNow() });
      return false;
    }
    // Stays a suspect: the second look must come to the same judgement as the first.
    return monotonicNow() - suspect.seenAt > 1.5 * updateMs;
  }
}

/** "pid 17 on build-3, for 4.2 s", for messages. */
export function describeHolder(holder: Holder | undefined, self: ProcessIdentity, nowMs: number): string {
  if (holder?.identity === undefined) return 'an unknown process';
  const { pid, host, startTime } = holder.identity;
  const isSelf = pid === self.pid && host === self.host && startTime === self.startTime;
  const age = holder.acquiredAt === undefined ? '' : `, for ${((nowMs - holder.acquiredAt) / 1000).toFixed(1)} s`;
  return `pid ${pid}${isSelf ? ' (this process)' : ''} on ${printable(host)}${age}`;
}

function parseRecord(text: string): Holder {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {};
  }
  const identity = parseIdentity(value);
  if (identity === undefined) return {};
  if (typeof value !== 'object' || value === null || !('acquiredAt' in value)) return { identity };
  return typeof value.acquiredAt === 'number' ? { identity, acquiredAt: value.acquiredAt } : { identity };
}

function readRecord(path: string): string | undefined {
  try {
    return readSmallFile(path, MAX_RECORD_BYTES).toString('utf8');
  } catch (error) {
    // A link or a pipe was left by nobody who holds the lock.
    if (systemCode(error) === 'ENOENT' || isNotAFile(error)) return undefined;
    throw error;
  }
}
