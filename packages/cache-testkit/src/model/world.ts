import type { CacheMetadata, EvictionPolicy } from '@glovebox/cache-core';
import { type Counts, NOTHING_COUNTED, NOTHING_SEEN, type Seen } from './counts.js';
import { bytesOf, extended, type ModelEntry, type Writing } from './model-entry.js';
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

/**
 * A state that a right cache may be in. Where the contract leaves a choice, such as which of two entries of the same
 * instant goes first, there are several worlds, until an answer of the cache tells which one it is.
 */
export class World {
  readonly settings: ModelSettings;
  now: number;
  live = new Map<string, ModelEntry>();
  /** Expired or invalidated: invisible, but held until the cache finds time to remove them. When, is its own choice. */
  hidden = new Map<string, ModelEntry>();
  /** Those of `hidden` that were not removed early, to make room: they must be there as long as their grace lasts. */
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
  seen: Seen = NOTHING_SEEN;

  constructor(settings: ModelSettings, now: number) {
    this.settings = settings;
    this.now = now;
  }

  copy(): World {
    const copy = new World(this.settings, this.now);
    copy.live = new Map(this.live);
    copy.hidden = new Map(this.hidden);
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

  get hiddenBytes(): number {
    return bytesOf(this.hidden.values());
  }

  /** Those of `hidden` that have not expired yet: never counted, they went by their tags. */
  get merelyInvalidated(): number {
    return [...this.hidden.values()].filter(({ expiresAt }) => expiresAt > this.now).length;
  }

  /** Those of `hidden` that have expired and were invalidated: either may be what they go by. */
  get invalidatedAndExpired(): number {
    return [...this.hidden.values()].filter(({ isInvalidated, expiresAt }) => isInvalidated && expiresAt <= this.now)
      .length;
  }

  /** The expired entries that no right cache has removed. */
  get mustBeHeld(): readonly ModelEntry[] {
    return [...this.hidden.values()].filter((entry) => this.isSurelyHeld(entry));
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
    const before = this.now;
    this.now += milliseconds;
    for (const { expiresAt } of this.hidden.values()) if (expiresAt > before && expiresAt <= this.now) this.expiries++;
    for (const entry of [...this.live.values()]) {
      // The entry is expired at the very millisecond createdAt + ttl.
      if (entry.expiresAt > this.now) continue;
      this.live.delete(entry.id);
      this.hidden.set(entry.id, entry);
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
    const used = { ...extended(entry, this.now), accessCount: entry.accessCount + 1, lastAccessedAt: this.now };
    this.live.set(id, used);
    return used;
  }

  /** What has expired less than `graceMs` ago. */
  stale(id: string, graceMs: number): ModelEntry | undefined {
    const entry = this.hidden.get(id);
    if (entry === undefined || entry.isInvalidated) return undefined;
    return this.now < entry.expiresAt + graceMs ? entry : undefined;
  }

  /** Puts an entry in the place of whatever the key had; value, ttl, tags and dates are the new ones. */
  put(id: string, { sample, tags, graceMs, isSliding, ...times }: Writing, accessCount: number): void {
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
      isSliding: isSliding && ttlSeconds !== null,
      unextendedExpiresAt: undefined,
      accessCount,
      lastAccessedAt: this.now,
      isUsageKnown: true,
      isInvalidated: false,
    });
    const { maxEntries, maxSizeBytes } = this.settings;
    if (this.live.size + this.hidden.size > maxEntries || this.liveBytes + this.hiddenBytes > maxSizeBytes) {
      this.makeRoom();
    }
  }

  /** Whatever has expired may go now, in its grace or not. */
  makeRoom(): void {
    this.kept.clear();
  }

  /** Removes a key as `delete` does: whether a live entry was there. */
  delete(id: string): boolean {
    // What was invalidated may be left to a cleanup.
    if (this.hidden.get(id)?.isInvalidated !== true) this.displace(id);
    if (!this.live.delete(id)) return false;
    this.count('deleteCount', id);
    return true;
  }

  /** Whatever was left of a hidden entry of this key is gone now, counted as expired or not. */
  displace(id: string): void {
    const entry = this.hidden.get(id);
    if (entry === undefined) return;
    this.hidden.delete(id);
    if (entry.expiresAt <= this.now) this.maybeDisplaced++;
  }

  /** Of one space alone: tags of another one are others. */
  invalidate(space: Space | undefined, tags: readonly string[]): void {
    for (const entry of [...this.live.values(), ...this.hidden.values()]) {
      const { id } = entry;
      if (!isIn(space, id) || !tags.some((tag) => entry.tags.includes(tag))) continue;
      this.live.delete(id);
      this.hidden.set(id, { ...entry, isInvalidated: true });
      this.kept.delete(id);
    }
  }

  /** @param space `undefined`: everything, in whatever namespace */
  clear(space: Space | undefined): void {
    for (const id of [...this.hidden.keys()]) if (space === undefined || isIn(space, id)) this.displace(id);
    for (const id of [...this.live.keys()]) if (space === undefined || isIn(space, id)) this.live.delete(id);
  }

  /** Nothing that has expired or was invalidated is left, but what is in its grace: a backend may keep that unpromised. */
  cleanup(): void {
    for (const { id, expiresAt, graceMs, isInvalidated } of [...this.hidden.values()]) {
      if (this.now < expiresAt + graceMs && !isInvalidated) continue;
      // Gone before: as what, was not seen.
      this.hidden.delete(id);
      if (isInvalidated && expiresAt <= this.now) this.maybeDisplaced++;
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
