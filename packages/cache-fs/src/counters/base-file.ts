import { createHash, randomBytes } from 'node:crypto';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { type CacheCounters, type CacheStats, COUNTER_NAMES, createCounters } from '@glovebox/cache-core';
import type { CachePaths } from '../root/layout.js';
import { isNotAFile, readSmallFile, replaceFile } from '../safe-files.js';
import { systemCode } from '../system-error.js';
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
  /** Writers counted in here because nothing was heard of them for long. One that lives finds out here what is settled. */
  readonly presumedDead: ReadonlyMap<string, PresumedDead>;
}

/** What of a writer was counted, and when, as epoch milliseconds. */
interface PresumedDead extends WriterTotals {
  readonly foldedAt: number;
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
    if (systemCode(error) === 'ENOENT') return emptyBase();
    if (isNotAFile(error)) return 'damaged';
    throw error;
  }
  return parseBase(text) ?? 'damaged';
}

/**
 * Publishes the statistics for those who read the file itself, and the base along with them.
 * @throws the system's error; the file is as it was then
 */
export function writeBase(paths: CachePaths, stats: CacheStats, base: CounterBase): void {
  const { folded, foldCount } = base;
  const presumedDead = [...base.presumedDead].map(([name, dead]) => ({
    name,
    foldedAt: dead.foldedAt,
    ...totalsToJson(dead),
  }));
  const content = { ...totalsToJson(base), foldCount, folded, presumedDead };
  const document = { format: FORMAT, ...stats, base: content, baseChecksum: checksumOf(content) };
  const staging = join(paths.tmpDir, `stats-${randomBytes(8).toString('hex')}`);
  replaceFile(paths.statsFile, `${JSON.stringify(document, null, 2)}\n`, staging);
}

/** Keeps a damaged file for whoever wants to look at it; of several the last. */
export function setDamagedBaseAside(paths: CachePaths): void {
  renameSync(paths.statsFile, `${paths.statsFile}.damaged`);
}

function parseBase(text: string): CounterBase | undefined {
  let base: unknown;
  try {
    const document: unknown = JSON.parse(text);
    if (!isRecord(document) || document.format !== FORMAT) return undefined;
    base = document.base;
    // Writing out what is nested without end throws as well.
    if (document.baseChecksum !== checksumOf(base)) return undefined;
  } catch {
    return undefined;
  }
  if (!isRecord(base)) return undefined;

  const totals = parseTotals(base);
  const folded = parseNames(base.folded);
  const presumedDead = parsePresumedDead(base.presumedDead);
  const { foldCount } = base;
  if (totals === undefined || folded === undefined || presumedDead === undefined || !isFiniteNumber(foldCount))
    return undefined;
  return { ...totals, foldCount, folded, presumedDead };
}

function totalsToJson({ counters, entries, bytes }: WriterTotals) {
  return {
    counters: Object.fromEntries(COUNTER_NAMES.map((name, index) => [name, counters[index] ?? 0])),
    entries,
    bytes,
  };
}

function parseTotals({ counters, entries, bytes }: Record<string, unknown>): WriterTotals | undefined {
  const parsed = parseCounters(counters);
  return parsed !== undefined && isFiniteNumber(entries) && isFiniteNumber(bytes)
    ? { counters: parsed, entries, bytes }
    : undefined;
}

function parseCounters(value: unknown): CacheCounters | undefined {
  if (!isRecord(value)) return undefined;
  const counters = createCounters();
  for (const [index, name] of COUNTER_NAMES.entries()) {
    const count = value[name];
    if (!isFiniteNumber(count) || count < 0) return undefined;
    counters[index] = count;
  }
  return counters;
}

function parseNames(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every(isWriterName) ? value : undefined;
}

function parsePresumedDead(value: unknown): Map<string, PresumedDead> | undefined {
  if (!Array.isArray(value)) return undefined;
  const parsed = new Map<string, PresumedDead>();
  for (const each of value) {
    if (!isRecord(each) || !isWriterName(each.name) || !isFiniteNumber(each.foldedAt)) return undefined;
    const totals = parseTotals(each);
    if (totals === undefined) return undefined;
    parsed.set(each.name, { foldedAt: each.foldedAt, ...totals });
  }
  return parsed;
}

/** A changed digit is valid JSON too. */
function checksumOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
