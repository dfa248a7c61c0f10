import type { CacheMetadata, EvictionPolicy } from '@glovebox/cache-core';
import type { Draft } from './command.js';
import type { Sample } from './samples.js';

/** What the cache was made with, as far as the model goes by it. */
export interface ModelSettings {
  readonly policy: EvictionPolicy;
  readonly maxEntries: number;
  readonly maxSizeBytes: number;
  readonly defaultTtlSeconds: number | null;
  /** `capabilities.persistentUsage` and `persistentStats`: what a restart leaves. */
  readonly keepsUsage: boolean;
  readonly keepsStats: boolean;
  /** What the backend takes for the size of a value. */
  readonly sizeOf: (sample: Sample) => number;
}

export interface ModelEntry {
  readonly key: string;
  readonly sample: Sample;
  readonly sizeBytes: number;
  readonly createdAt: number;
  readonly ttlSeconds: number | null;
  readonly expiresAt: number;
  readonly tags: readonly string[];
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
  counts: Counts = { ...NOTHING_COUNTED };
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
    copy.counts = { ...this.counts };
    copy.areCountsKnown = this.areCountsKnown;
    copy.expiries = this.expiries;
    copy.maybeDisplaced = this.maybeDisplaced;
    copy.seen = this.seen;
    return copy;
  }

  get liveBytes(): number {
    return bytesOf(this.live);
  }

  get expiredBytes(): number {
    return bytesOf(this.expired);
  }

  advance(milliseconds: number): void {
    this.now += milliseconds;
    for (const entry of [...this.live.values()]) {
      // The entry is expired at the very millisecond createdAt + ttl.
      if (entry.expiresAt > this.now) continue;
      this.live.delete(entry.key);
      this.expired.set(entry.key, entry);
      this.expiries++;
    }
  }

  /** A read: a hit counts for the cache and for the entry, a miss for the cache alone. */
  read(key: string): ModelEntry | undefined {
    const entry = this.live.get(key);
    if (entry === undefined) {
      this.counts.missCount++;
      return undefined;
    }
    this.counts.hitCount++;
    const used = { ...entry, accessCount: entry.accessCount + 1, lastAccessedAt: this.now };
    this.live.set(key, used);
    return used;
  }

  /** Puts an entry in the place of whatever the key had; value, ttl, tags and dates are the new ones. */
  put({ key, sample, options }: Draft, accessCount: number): void {
    const { ttlSeconds = this.settings.defaultTtlSeconds, tags } = options;
    this.displace(key);
    this.live.set(key, {
      key,
      sample,
      sizeBytes: this.settings.sizeOf(sample),
      createdAt: this.now,
      ttlSeconds,
      expiresAt: ttlSeconds === null ? Number.POSITIVE_INFINITY : this.now + ttlSeconds * 1_000,
      tags,
      accessCount,
      lastAccessedAt: this.now,
      isUsageKnown: true,
    });
  }

  /** Removes a key as `delete` does: whether a live entry was there. */
  delete(key: string): boolean {
    this.displace(key);
    if (!this.live.delete(key)) return false;
    this.counts.deleteCount++;
    return true;
  }

  /** Whatever was left of an expired entry of this key is gone now, counted as expired or not. */
  displace(key: string): void {
    if (this.expired.delete(key)) this.maybeDisplaced++;
  }

  clear(): void {
    this.maybeDisplaced += this.expired.size;
    this.expired.clear();
    this.live.clear();
  }

  restart(): void {
    const { keepsUsage, keepsStats } = this.settings;
    for (const [key, entry] of this.live) {
      this.live.set(key, { ...entry, isUsageKnown: keepsUsage });
    }
    this.areCountsKnown = keepsStats;
  }

  /** The metadata of a live entry, to the last field. */
  describe(entry: ModelEntry): CacheMetadata {
    const { key, sizeBytes, createdAt, lastAccessedAt, accessCount, ttlSeconds, tags } = entry;
    return {
      key,
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

function bytesOf(entries: ReadonlyMap<string, ModelEntry>): number {
  let bytes = 0;
  for (const { sizeBytes } of entries.values()) bytes += sizeBytes;
  return bytes;
}
