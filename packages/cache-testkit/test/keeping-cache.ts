import {
  addCounters,
  type BaseCacheOptions,
  type CacheCapabilities,
  type CacheCounters,
  type CacheMetadata,
  createCounters,
  describeEntry,
  type EntryUsage,
  EVICTION_POLICIES,
  type StoredEntry,
} from '@glovebox/cache-core';
import type { ConformanceTarget, StoreContext } from '@glovebox/cache-testkit';
import { ReferenceCache } from './reference-cache.js';

interface Kept {
  readonly entries: Map<string, StoredEntry>;
  readonly counters: Map<object, CacheCounters>;
}

const stores = new Map<string, Kept>();

/** A right backend that keeps everything, and that several instances may use at once: a Map a directory. */
export class KeepingCache extends ReferenceCache {
  // The name of a directory that is gone may be given again.
  static override readonly targetFields: Partial<ConformanceTarget> = {
    discard: ({ directory }) => void stores.delete(directory),
  };
  override readonly name: string = 'keeping';
  override readonly capabilities: CacheCapabilities = {
    persistent: true,
    multiProcess: true,
    crossProcessLocks: false,
    persistentStats: true,
    persistentUsage: true,
    isolation: 'clone',
    evictionPolicies: EVICTION_POLICIES,
    limits: { entries: true, bytes: true },
    grace: true,
    slidingTtl: true,
  };
  protected readonly kept: Kept;

  constructor(options: BaseCacheOptions, { directory }: StoreContext) {
    super(options);
    this.kept = stores.get(directory) ?? { entries: new Map(), counters: new Map() };
    stores.set(directory, this.kept);
  }

  protected override readEntry(key: string): StoredEntry | undefined {
    return this.kept.entries.get(key);
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    const { payload, sizeBytes, createdAt, ttlSeconds, expiresAt, graceUntil, isSliding, tags, lastAccessedAt } = entry;
    const accessCount = this.kept.entries.get(key)?.accessCount ?? 0;
    const dates = { createdAt, ttlSeconds, expiresAt, graceUntil, isSliding, lastAccessedAt };
    this.kept.entries.set(key, { payload, sizeBytes, ...dates, tags, accessCount });
  }

  protected override removeEntry(key: string): boolean {
    return this.kept.entries.delete(key);
  }

  protected override *listEntries(): Generator<CacheMetadata> {
    for (const [key, entry] of this.kept.entries) yield describeEntry(key, entry, entry, this.clock.now());
  }

  protected override touchEntry(key: string, entry: StoredEntry, now: number): void | Promise<void> {
    const known = this.kept.entries.get(key);
    if (known !== undefined) {
      this.kept.entries.set(key, { ...known, accessCount: known.accessCount + 1, lastAccessedAt: now });
    }
    return super.touchEntry(key, entry, now);
  }

  protected override usageOf(key: string, entry: StoredEntry): EntryUsage {
    return this.kept.entries.get(key) ?? entry;
  }

  protected override listedUsage(metadata: CacheMetadata): EntryUsage {
    return metadata;
  }

  protected override saveStats(counters: Readonly<CacheCounters>): void {
    this.kept.counters.set(this, Float64Array.from(counters));
  }

  protected override loadStats(): CacheCounters {
    const total = createCounters();
    for (const counters of this.kept.counters.values()) addCounters(total, counters);
    return total;
  }
}
