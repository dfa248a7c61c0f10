import { addCounters, type CacheCounters, createCounters } from '@glovebox/cache-core';
import type { CachePaths } from '../root/layout.js';
import { type CounterBase, emptyBase, readBase } from './base-file.js';
import type { WriterTotals } from './counter-record.js';
import { listWriters, readWriter } from './writer-files.js';

/** More folds at once than anything short of a loop of them brings about. */
const ATTEMPTS = 20;

/** What all writers have counted, those that are gone included. */
export interface CounterTotals extends WriterTotals {
  readonly counters: CacheCounters;
  /** What could not be counted because it was damaged: names of writers, `'base'` for the base. */
  readonly damaged: readonly string[];
}

/** A writer of this process, whose memory says more than its file. */
export interface OwnWriter {
  readonly name: string;
  totals(): WriterTotals;
}

/**
 * Adds up the base and the files of all writers, while others count and fold.
 *
 * A fold writes the base, then removes the files, and only the fold after it forgets their names. Reading the files
 * first and the base afterwards, and leaving out those that it names, counts a writer that is folded meanwhile once:
 *
 *     reader: file of W | fold: base with W, named; W removed | reader: base; W is named, its file is left out
 *     fold: base with W, named | reader: no file of W, as it is removed | reader: base, which has W
 *
 * What would count it twice is a second fold in between, which forgets the name, so the base is read before the files as
 * well: W is named then or afterwards unless there were two folds meanwhile, and then all is read again.
 * @throws the system's error
 */
export function readTotals(paths: CachePaths, own?: OwnWriter): CounterTotals {
  for (let attempt = 1; ; attempt++) {
    const before = readBaseOrNone(paths);
    const files = readWriters(paths, own?.name);
    const after = readBaseOrNone(paths);
    if (Math.abs(after.base.foldCount - before.base.foldCount) > 1 && attempt < ATTEMPTS) continue;

    const total = startFrom(after.base);
    for (const [name, record] of files.records) {
      if (!isFolded(name, before.base) && !isFolded(name, after.base)) add(total, record);
    }
    // A writer that was presumed dead finds out when its file goes.
    if (own !== undefined && !isFolded(own.name, after.base)) add(total, own.totals());
    return { ...total, damaged: after.isDamaged ? ['base', ...files.damaged] : files.damaged };
  }
}

export function isFolded(name: string, base: CounterBase): boolean {
  return base.presumedDead.has(name) || base.folded.includes(name);
}

/** A {@link WriterTotals} to add others to. */
export interface Sum {
  readonly counters: CacheCounters;
  entries: number;
  bytes: number;
}

export function startFrom(base: WriterTotals): Sum {
  return { counters: addCounters(createCounters(), base.counters), entries: base.entries, bytes: base.bytes };
}

export function add(total: Sum, more: WriterTotals): void {
  addCounters(total.counters, more.counters);
  total.entries += more.entries;
  total.bytes += more.bytes;
}

function readWriters(paths: CachePaths, ownName: string | undefined) {
  const records = new Map<string, WriterTotals>();
  const damaged: string[] = [];
  for (const name of listWriters(paths.statsDir)) {
    if (name === ownName) continue;
    const finding = readWriter(paths.statsDir, name);
    if (finding.kind === 'record') records.set(name, finding.record);
    if (finding.kind === 'damaged') damaged.push(name);
  }
  return { records, damaged };
}

function readBaseOrNone(paths: CachePaths): { base: CounterBase; isDamaged: boolean } {
  const base = readBase(paths);
  return base === 'damaged' ? { base: emptyBase(), isDamaged: true } : { base, isDamaged: false };
}
