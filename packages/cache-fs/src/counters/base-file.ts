import { createHash, randomBytes } from 'node:crypto';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { type CacheCounters, type CacheStats, COUNTER_NAMES, createCounters } from '@glovebox/cache-core';
import type { CachePaths } from '../root/layout.js';
import { readSmallFile, replaceFile, systemCode } from '../root/safe-files.js';
import type { WriterTotals } from './counter-record.js';
import { isWriterName } from './writer-name.js';

const MAX_BASE_BYTES = 4 * 1024 * 1024;
const FORMAT = 1;

/** What writers that are gone have counted. Written under the `stats` lock only. */
export interface CounterBase extends WriterTotals {
  /** One more at every fold: a reader that sees it move by two looks again. */
  readonly foldCount: number;
  /** Writers counted in here whose files may still be there. */
  readonly folded: readonly string[];
  /** Writers counted in here because nothing was heard of them for long, and when. Should one live after all, it finds its name. */
  readonly presumedDead: ReadonlyMap<string, number>;
}

export function emptyBase(): CounterBase {
  return { counters: createCounters(), entries: 0, bytes: 0, foldCount: 0, folded: [], presumedDead: new Map() };
}

/**
 * The base in `.cache_stats.json`; an empty one if the file is missing, `'damaged'` if nothing in it can be trusted.
 * @throws the system's error if it can't be read: that must never be taken for an empty one
 */
export function readBase(paths: CachePaths): CounterBase | 'damaged' {
  let text: string;
  try {
    text = readSmallFile(paths.statsFile, MAX_BASE_BYTES).toString('utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return emptyBase();
    if (code === 'ELOOP' || code === 'EMLINK' || code === 'EFTYPE') return 'damaged';
    throw error;
  }
  return parseBase(text) ?? 'damaged';
}

/**
 * Publishes the statistics for those who read the file itself, and the base along with them.
 * @throws the system's error; the file is as it was then
 */
export function writeBase(paths: CachePaths, stats: CacheStats, base: CounterBase): void {
  const { folded, foldCount, entries, bytes } = base;
  const content = {
    counters: Object.fromEntries(COUNTER_NAMES.map((name, index) => [name, base.counters[index] ?? 0])),
    entries,
    bytes,
    foldCount,
    folded,
    presumedDead: [...base.presumedDead],
  };
  const document = { format: FORMAT, ...stats, base: content, baseChecksum: checksumOf(content) };
  const staging = join(paths.tmpDir, `stats-${randomBytes(8).toString('hex')}`);
  replaceFile(paths.statsFile, `${JSON.stringify(document, null, 2)}\n`, staging);
}

/** Keeps a damaged file for whoever wants to look at it; of several the last. */
export function setDamagedBaseAside(paths: CachePaths): void {
  renameSync(paths.statsFile, `${paths.statsFile}.damaged`);
}

function parseBase(text: string): CounterBase | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(document) || document.format !== FORMAT || !isRecord(document.base)) return undefined;
  const { base } = document;
  if (document.baseChecksum !== checksumOf(base)) return undefined;

  const counters = parseCounters(base.counters);
  const folded = parseNames(base.folded);
  const presumedDead = parseTimes(base.presumedDead);
  const { entries, bytes, foldCount } = base;
  if (counters === undefined || folded === undefined || presumedDead === undefined) return undefined;
  if (!isWhole(entries) || !isWhole(bytes) || !isWhole(foldCount)) return undefined;
  return { counters, entries, bytes, foldCount, folded, presumedDead };
}

function parseCounters(value: unknown): CacheCounters | undefined {
  if (!isRecord(value)) return undefined;
  const counters = createCounters();
  for (const [index, name] of COUNTER_NAMES.entries()) {
    const count = value[name];
    if (!isWhole(count) || count < 0) return undefined;
    counters[index] = count;
  }
  return counters;
}

function parseNames(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every(isWriterName) ? value : undefined;
}

function parseTimes(value: unknown): Map<string, number> | undefined {
  if (!Array.isArray(value)) return undefined;
  const times = new Map<string, number>();
  for (const pair of value) {
    if (!Array.isArray(pair) || !isWriterName(pair[0]) || typeof pair[1] !== 'number') return undefined;
    times.set(pair[0], pair[1]);
  }
  return times;
}

/** A changed digit is valid JSON too. */
function checksumOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
