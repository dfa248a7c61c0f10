import type { CacheMetadata, CacheStats } from '@glovebox/cache-core';
import { showLong } from '../show.js';
import type { Counts, Range, Seen } from './counts.js';
import { type Mismatch, mismatchOf, rangeText } from './expected.js';
import { bytesOf, type ModelEntry } from './model-entry.js';
import { isIn, placeOf, type Space } from './space.js';
import type { World } from './world.js';

/** What a look at the cache says of a world: it may be this one, with what was learned; or what it would have shown. */
export type Verdict =
  | { readonly world: World }
  | (Mismatch & {
      /** Work in the background may not be through: the numbers may still come right. */
      readonly mayComeRight?: boolean;
    });

/** @param keys those that are listed there, sorted; in the cache itself without those of namespaces */
export function judgeKeys(world: World, space: Space | undefined, keys: readonly string[]): Verdict {
  const own = [...world.live.keys()].filter((id) => isIn(space, id)).map((id) => placeOf(id).key);
  return mismatchOf(keys, own.sort()) ?? { world };
}

/** Compares the metadata of a live entry, and takes over what only the backend can know: how large it takes it for. */
export function judgeMetadata(world: World, id: string, actual: CacheMetadata | undefined): Verdict {
  const entry = world.live.get(id);
  if (entry === undefined || actual === undefined) {
    return {
      expected: entry === undefined ? 'to be undefined' : 'to be that of the entry that was stored',
      came: showLong(actual),
    };
  }
  let learned = { ...entry, sizeBytes: actual.sizeBytes };
  const { accessCount, lastAccessedAt } = actual;
  const isPlausible =
    accessCount >= 0 &&
    accessCount <= entry.accessCount &&
    lastAccessedAt >= entry.createdAt &&
    lastAccessedAt <= entry.lastAccessedAt;
  if (!entry.isUsageKnown && isPlausible) learned = { ...learned, accessCount, lastAccessedAt, isUsageKnown: true };
  learned = atExpiry(learned, actual.expiresAt);
  const mismatch = mismatchOf({ ...actual }, world.describe(learned));
  if (mismatch !== undefined) return mismatch;
  world.live.set(id, learned);
  return { world };
}

/** The entry with the expiry that is shown, if it may be in force; the choice is made then. */
function atExpiry(entry: ModelEntry, shownExpiry: number | null): ModelEntry {
  const { expiresAt, unextendedExpiresAt } = entry;
  const isUnextended = unextendedExpiresAt !== undefined && unextendedExpiresAt === shownExpiry;
  return { ...entry, expiresAt: isUnextended ? unextendedExpiresAt : expiresAt, unextendedExpiresAt: undefined };
}

/** Compares the counters, to the last one, and the totals as far as they are promised. */
export function judgeStats(world: World, stats: CacheStats): Verdict {
  if (!world.areCountsKnown) takeOver(world, stats);
  const { hitCount, missCount } = world.counts;
  const reads = hitCount + missCount;
  const exact = {
    ...world.counts,
    hitRate: reads === 0 ? 0 : (hitCount / reads) * 100,
    missRate: reads === 0 ? 0 : (missCount / reads) * 100,
  };
  const mismatch = hasFields(stats, exact) ? undefined : mismatchOf(pick(stats, Object.keys(exact)), exact);
  return mismatch ?? judgeTotals(world, stats);
}

/** What a deep comparison would find, at a fraction of its cost: this is asked after every command. */
function hasFields(actual: object, expected: Readonly<Counts>): boolean {
  for (const name in expected) if (!Object.is(Reflect.get(actual, name), Reflect.get(expected, name))) return false;
  return true;
}

function judgeTotals(world: World, stats: CacheStats): Verdict {
  const { live, hidden, liveBytes, hiddenBytes, settings, seen } = world;
  const held = stats.totalEntries - live.size;
  const mayComeRight = hidden.size > 0 || world.maybeDisplaced > 0;
  const kept = world.mustBeHeld;
  const most = Math.min(live.size + hidden.size, settings.maxEntries);
  if (held < kept.length || stats.totalEntries > most) {
    return { ...outside('totalEntries', live.size + kept.length, most, stats.totalEntries), mayComeRight };
  }
  // An entry that expired is held, or was removed and counted as expired, or was displaced instead.
  const heldExpired = heldExpiredOf(world, held);
  const removed = { least: world.expiries - heldExpired.most, most: world.expiries - heldExpired.least };
  const mostDisplaced = seen.displaced.most + world.maybeDisplaced + world.invalidatedAndExpired;
  const displaced = {
    least: Math.max(seen.displaced.least, removed.least - stats.expiredCount),
    most: Math.min(mostDisplaced, removed.most - stats.expiredCount),
  };
  if (displaced.least > displaced.most) {
    const name = `expiredCount, while ${stats.totalEntries} entries are held,`;
    const range = [removed.least - mostDisplaced, removed.most - seen.displaced.least] as const;
    return { ...outside(name, ...range, stats.expiredCount), mayComeRight };
  }
  const leastBytes = liveBytes + (held === hidden.size ? hiddenBytes : bytesOf(kept));
  const mostBytes = Math.min(liveBytes + (held === 0 ? 0 : hiddenBytes), settings.maxSizeBytes);
  if (stats.totalSizeBytes < leastBytes || stats.totalSizeBytes > mostBytes) {
    return { ...outside('totalSizeBytes', leastBytes, mostBytes, stats.totalSizeBytes), mayComeRight };
  }
  return judgeLastUpdate(world, stats, { held, displaced });
}

/** How many of those that are held though hidden have expired. */
function heldExpiredOf({ hidden, merelyInvalidated }: World, held: number): Range {
  return { least: Math.max(0, held - merelyInvalidated), most: Math.min(held, hidden.size - merelyInvalidated) };
}

function judgeLastUpdate(
  world: World,
  { lastUpdatedAt, expiredCount }: CacheStats,
  totals: Pick<Seen, 'held' | 'displaced'>,
): Verdict {
  const { seen, now } = world;
  const hasCounted = !hasFields(seen.counts, world.counts);
  // What the background removed, it may have removed at any time since.
  const earliest = hasCounted ? now : seen.lastUpdatedAt;
  const latest = hasCounted || expiredCount !== seen.expiredCount ? now : seen.lastUpdatedAt;
  if (earliest !== undefined && latest !== undefined && (lastUpdatedAt < earliest || lastUpdatedAt > latest)) {
    return outside('lastUpdatedAt', earliest, latest, lastUpdatedAt);
  }
  world.seen = { ...totals, lastUpdatedAt, expiredCount, counts: { ...world.counts } };
  world.maybeDisplaced = 0;
  return { world };
}

/** After a restart of a backend that keeps no counters: whatever it starts with, if it is not more than there was. */
function takeOver(world: World, stats: CacheStats): void {
  for (const name of Object.keys(world.counts) as (keyof Counts)[]) {
    if (stats[name] >= 0 && stats[name] <= world.counts[name]) world.counts[name] = stats[name];
  }
  const held = Math.min(Math.max(stats.totalEntries - world.live.size, 0), world.hidden.size);
  const heldExpired = heldExpiredOf(world, held);
  const { expiredCount } = stats;
  world.expiries = heldExpired.most + expiredCount;
  world.maybeDisplaced = 0;
  const displaced = { least: 0, most: heldExpired.most - heldExpired.least };
  world.seen = { held, displaced, expiredCount, lastUpdatedAt: undefined, counts: { ...world.counts } };
  world.areCountsKnown = true;
}

function pick(from: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, Reflect.get(from, name)]));
}

function outside(name: string, least: number, most: number, actual: number): Mismatch {
  return { expected: `to have ${name} ${least === most ? 'of ' : ''}${rangeText(least, most)}`, came: String(actual) };
}
