import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createCounters } from '@glovebox/cache-core';
import { judgeLiveness, type Liveness, type ProcessIdentity } from '../process-identity.js';
import type { CachePaths } from '../root/layout.js';
import { systemCode } from '../system-error.js';
import type { CounterBase } from './base-file.js';
import type { WriterTotals } from './counter-record.js';
import { add, isFolded, type OwnWriter, type Sum, startFrom } from './read-totals.js';
import { listWriters, readWriter, type WriterFinding } from './writer-files.js';

const DAY_MS = 86_400_000;
/** How long a writer that can't be judged (another container's, another machine's) may be silent before it is taken for dead. */
export const SILENT_LIMIT_MS = 7 * DAY_MS;
/** How long a file that nobody can read stays, for its writer may still put it right. */
const DAMAGED_LIMIT_MS = DAY_MS;
/** How long the name of a writer that was presumed dead is kept, should it come back. */
const REMEMBERED_MS = 400 * DAY_MS;

export interface Fold {
  /** The new base, to be written before {@link removable} is removed. */
  readonly base: CounterBase;
  /** What writers that go on hold, the own one included. */
  readonly live: WriterTotals;
  /** Files that are of no use once the base is written. */
  readonly removable: readonly string[];
  /** Writers that this fold adds. */
  readonly added: number;
  /** Files given up: nobody could read them for a day. */
  readonly lost: readonly string[];
}

/**
 * What the base becomes when the counters of writers that are gone are added to it. Reads only.
 *
 * Whose end is found out after its file was read may have counted in between, so it is read once more:
 *
 *     fold: reads the file of W, who counts on and ends | fold: W is gone
 *
 * @param own the writer of the caller, which is never folded unless it is closed
 * @param now epoch milliseconds
 * @throws the system's error
 */
export function planFold(
  paths: CachePaths,
  base: CounterBase,
  own: OwnWriter | undefined,
  now: number,
  livenessOf: (identity: ProcessIdentity) => Liveness = judgeLiveness,
): Fold {
  const total = startFrom(base);
  const live: Sum = { counters: createCounters(), entries: 0, bytes: 0 };
  if (own !== undefined) add(live, own.totals());
  const presumedDead = new Map([...base.presumedDead].filter(([, { foldedAt }]) => now - foldedAt < REMEMBERED_MS));
  const folded: string[] = [];
  const removable: string[] = [];
  const lost: string[] = [];
  let added = 0;

  for (const name of listWriters(paths.statsDir)) {
    if (name === own?.name) continue;
    if (isFolded(name, base)) {
      // Whoever folded it was killed before it removed the file.
      if (!presumedDead.has(name)) folded.push(name);
      removable.push(name);
      continue;
    }
    let finding = readWriter(paths.statsDir, name);
    if (finding.kind === 'gone') continue;
    const verdict = judge(finding, now, livenessOf);
    if (verdict === 'dead' && finding.kind === 'record') {
      const last = readWriter(paths.statsDir, name);
      if (last.kind === 'record') finding = last;
    }
    if (verdict === 'keep') {
      if (finding.kind === 'record') add(live, finding.record);
      continue;
    }
    removable.push(name);
    if (finding.kind !== 'record') {
      if (finding.kind === 'damaged') lost.push(name);
      continue;
    }
    add(total, finding.record);
    added++;
    if (verdict === 'dead') folded.push(name);
    else presumedDead.set(name, { ...finding.record, foldedAt: now });
  }
  // Names whose files are gone are forgotten here: the directory was listed after the base that has them was written.
  return { base: { ...total, foldCount: base.foldCount + 1, folded, presumedDead }, live, removable, added, lost };
}

/**
 * Removes files that the base no longer needs. Those that stay are removed by the next fold.
 * @throws the first error of the system, after the others have been removed
 */
export function removeFolded(paths: CachePaths, names: readonly string[]): void {
  const faults: unknown[] = [];
  for (const name of names) {
    try {
      unlinkSync(join(paths.statsDir, name));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
}

function judge(
  finding: Exclude<WriterFinding, { kind: 'gone' }>,
  now: number,
  livenessOf: (identity: ProcessIdentity) => Liveness,
): 'keep' | 'dead' | 'presumed-dead' {
  const ageMs = now - finding.modifiedAt;
  if (finding.kind !== 'record') return ageMs > DAMAGED_LIMIT_MS ? 'dead' : 'keep';
  const { identity, isClosed } = finding.record;
  if (isClosed) return 'dead';
  const liveness = identity === undefined ? 'unknown' : livenessOf(identity);
  if (liveness !== 'unknown') return liveness === 'dead' ? 'dead' : 'keep';
  return ageMs > SILENT_LIMIT_MS ? 'presumed-dead' : 'keep';
}
