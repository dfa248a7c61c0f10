import type { CacheMetadata, EvictionPolicy } from '@glovebox/cache-core';
import type { Sample } from './samples.js';
import { isIn, placeOf, type Space } from './space.js';

/** What the cache was made with, as far as the model goes by it. */
export interface ModelSettings {
  readonly policy: EvictionPolicy;
  readonly maxEntries: number;
  readonly maxSizeBytes: number;
  readonly defaultTtlSeconds: number | null;
  /** `capabilities.persistentUsage` and `persistentStats`: what a restart leaves. */
  readonly keepsUsage: boolean;
  readonly keepsStats: boolean;
  /** `capabilities.grace`: an expired entry is held until its grace is over. */
  readonly keepsGrace: boolean;
  /** What the backend takes for the size of a value. */
  readonly sizeOf: (sample: Sample) => number;
}

/** What is written: all of an entry that the writer decides. */
export interface Writing {
  readonly sample: Sample;
  /** `undefined`: the default of the cache. */
  readonly ttlSeconds: number | null | undefined;
  readonly tags: readonly string[];
  readonly graceMs: number;
}

export interface ModelEntry {
  /** See `idOf`. */
  readonly id: string;
  readonly sample: Sample;
  readonly sizeBytes: number;
  readonly createdAt: number;
  readonly ttlSeconds: number | null;
  readonly expiresAt: number;
  readonly tags: readonly string[];
  /** 0 for an entry without grace. */
  readonly graceMs: number;
  readonly accessCount: number;
  readonly lastAccessedAt: number;
  /** `false` after a restart of a backend that keeps no usage: what it says then is taken over, once. */
  readonly isUsageKnown: boolean;
}

/** The counters that a right cache has in common with the model to the last one. */
export interface Counts {
  hitCount: number;
  missCount: number;
  setCount: number;
  deleteCount: number;
  evictionCount: number;
  errorCount: number;
}

const NOTHING_COUNTED: Readonly<Counts> = {
  hitCount: 0,
  missCount: 0,
  setCount: 0,
  deleteCount: 0,
  evictionCount: 0,
  errorCount: 0,
};

/** What was seen of the choices that a cache has. */
export interface Seen {
  /** Expired entries that were held. */
  readonly held: number;
  /** Those that were replaced, deleted or cleared before they were counted as expired. */
  readonly displaced: number;
  readonly expiredCount: number;
  /** `undefined` before the first look. */
  readonly lastUpdatedAt: number | undefined;
  readonly counts: Readonly<Counts>;
}

/**
 * A state that a right cache may be in. Where the contract leaves a choice, such as which of two entries of the same
 * instant goes first, there are several worlds, until an answer of the cache tells which one it is.
 */
export class World {
  readonly settings: ModelSettings;
  now: number;
  live = new Map<string, ModelEntry>();
  /** Expired: invisible, but held until the cache finds time to remove them. When, is its own choice. */
  expired = new Map<string, ModelEntry>();
  /** Those of `expired` that were not removed early, to make room: they must be there as long as their grace lasts. */
  kept = new Set<string>();
  counts: Counts = { ...NOTHING_COUNTED };
  /** What this instance has counted for each namespace. */
  spaceCounts = new Map<Space, Counts>();
  /** `false` after a restart of a backend that keeps no counters: what it says then is taken over, once. */
  areCountsKnown = true;
  /** Entries that have expired so far. Each is still held, or counted as expired, or was displaced. */
  expiries = 0;
  /** Expired entries that were replaced, deleted or cleared since the last look: some may have been counted before. */
  maybeDisplaced = 0;
  /** What the statistics said when they were last looked at. */
  seen: Seen = { held: 0, displaced: 0, expiredCount: 0, lastUpdatedAt: undefined, counts: NOTHING_COUNTED };

  constructor(settings: ModelSettings, now: number) {
    this.settings = settings;
    this.now = now;
  }

  copy(): World {
    const copy = new World(this.settings, this.now);
    copy.live = new Map(this.live);
    copy.expired = new Map(this.expired);
    copy.kept = new Set(this.kept);
    copy.counts = { ...this.counts };
    copy.spaceCounts = new Map(this.spaceCounts);
    copy.areCountsKnown = this.areCountsKnown;
    copy.expiries = this.expiries;
    copy.maybeDisplaced = this.maybeDisplaced;
    copy.seen = this.seen;
    return copy;
  }

  get liveBytes(): number {
    return bytesOf(this.live.values());
  }

  get expiredBytes(): number {
    return bytesOf(this.expired.values());
  }

  /** The expired entries that no right cache has removed. */
  get mustBeHeld(): readonly ModelEntry[] {
    return [...this.expired.values()].filter((entry) => this.isSurelyHeld(entry));
  }

  isSurelyHeld({ id, expiresAt, graceMs }: ModelEntry): boolean {
    return this.settings.keepsGrace && this.kept.has(id) && this.now < expiresAt + graceMs;
  }

  count(name: keyof Counts, id: string): void {
    this.counts[name]++;
    const { space } = placeOf(id);
    if (space === undefined) return;
    const counts = this.countsIn(space);
    this.spaceCounts.set(space, { ...counts, [name]: counts[name] + 1 });
  }

  countsIn(space: Space): Readonly<Counts> {
    return this.spaceCounts.get(space) ?? NOTHING_COUNTED;
  }

  advance(milliseconds: number): void {
    this.now += milliseconds;
    for (const entry of [...this.live.values()]) {
      // The entry is expired at the very millisecond createdAt + ttl.
      if (entry.expiresAt > this.now) continue;
      this.live.delete(entry.id);
      this.expired.set(entry.id, entry);
      this.kept.add(entry.id);
      this.expiries++;
    }
  }

  /** A read: a hit counts for the cache and for the entry, a miss for the cache alone. */
  read(id: string): ModelEntry | undefined {
    const entry = this.live.get(id);
    if (entry === undefined) {
      this.count('missCount', id);
      return undefined;
    }
    this.count('hitCount', id);
    const used = { ...entry, accessCount: entry.accessCount + 1, lastAccessedAt: this.now };
    this.live.set(id, used);
    return used;
  }

  /** What has expired less than `graceMs` ago. */
  stale(id: string, graceMs: number): ModelEntry | undefined {
    const entry = this.expired.get(id);
    return entry !== undefined && this.now < entry.expiresAt + graceMs ? entry : undefined;
  }

  /** Puts an entry in the place of whatever the key had; value, ttl, tags and dates are the new ones. */
  put(id: string, { sample, tags, graceMs, ...times }: Writing, accessCount: number): void {
    const { ttlSeconds = this.settings.defaultTtlSeconds } = times;
    this.displace(id);
    this.live.set(id, {
      id,
      sample,
      sizeBytes: this.settings.sizeOf(sample),
      createdAt: this.now,
      ttlSeconds,
      expiresAt: ttlSeconds === null ? Number.POSITIVE_INFINITY : this.now + Math.round(ttlSeconds * 1_000),
      tags,
      graceMs: ttlSeconds === null ? 0 : graceMs,
      accessCount,
      lastAccessedAt: this.now,
      isUsageKnown: true,
    });
    const { maxEntries, maxSizeBytes } = this.settings;
    if (this.live.size + this.expired.size > maxEntries || this.liveBytes + this.expiredBytes > maxSizeBytes) {
      this.makeRoom();
    }
  }

  /** Whatever has expired may go now, in its grace or not. */
  makeRoom(): void {
    this.kept.clear();
  }

  /** Removes a key as `delete` does: whether a live entry was there. */
  delete(id: string): boolean {
    this.displace(id);
    if (!this.live.delete(id)) return false;
    this.count('deleteCount', id);
    return true;
  }

  /** Whatever was left of an expired entry of this key is gone now, counted as expired or not. */
  displace(id: string): void {
    if (this.expired.delete(id)) this.maybeDisplaced++;
  }

  /** @param space `undefined`: everything, in whatever namespace */
  clear(space: Space | undefined): void {
    for (const id of [...this.expired.keys()]) if (space === undefined || isIn(space, id)) this.displace(id);
    for (const id of [...this.live.keys()]) if (space === undefined || isIn(space, id)) this.live.delete(id);
  }

  /** Nothing that has expired is left, but what is in its grace. */
  cleanup(): void {
    for (const { id, expiresAt, graceMs } of [...this.expired.values()]) {
      if (!this.settings.keepsGrace || this.now >= expiresAt + graceMs) this.expired.delete(id);
    }
  }

  restart(): void {
    const { keepsUsage, keepsStats } = this.settings;
    for (const [id, entry] of this.live) {
      this.live.set(id, { ...entry, isUsageKnown: keepsUsage });
    }
    this.areCountsKnown = keepsStats;
    this.spaceCounts.clear();
  }

  /** The metadata of a live entry, to the last field. */
  describe(entry: ModelEntry): CacheMetadata {
    const { id, sizeBytes, createdAt, lastAccessedAt, accessCount, ttlSeconds, tags } = entry;
    return {
      key: placeOf(id).key,
      sizeBytes,
      createdAt,
      lastAccessedAt,
      accessCount,
      ttlSeconds,
      expiresAt: ttlSeconds === null ? null : entry.expiresAt,
      tags,
      ageSeconds: (this.now - createdAt) / 1_000,
      isExpired: false,
    };
  }
}

export function bytesOf(entries: Iterable<ModelEntry>): number {
  let bytes = 0;
  for (const { sizeBytes } of entries) bytes += sizeBytes;
  return bytes;
}
