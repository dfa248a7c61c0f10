import {
  BaseCacheManager,
  type BaseCacheOptions,
  type CacheCapabilities,
  type CacheMetadata,
  describeEntry,
  EVICTION_POLICIES,
  ManualClock,
  type StoredEntry,
} from '@glovebox/cache-core';

export const capabilities: CacheCapabilities = {
  persistent: false,
  multiProcess: false,
  crossProcessLocks: false,
  persistentStats: false,
  persistentUsage: false,
  isolation: 'clone',
  evictionPolicies: EVICTION_POLICIES,
  limits: { entries: true, bytes: true },
  grace: true,
};

/** The four hooks over a map, none of which returns a promise. Time stands still until the test moves it. */
export class MapCache extends BaseCacheManager {
  readonly name = 'map';
  readonly capabilities = capabilities;
  readonly store = new Map<string, StoredEntry>();
  readonly manualClock: ManualClock;

  constructor(options: BaseCacheOptions = {}) {
    const manualClock = new ManualClock();
    super({ clock: manualClock, ...options });
    this.manualClock = manualClock;
  }

  /** Keys in the store, expired ones too. */
  get storedKeys(): string[] {
    return [...this.store.keys()].sort();
  }

  protected override readEntry(key: string): StoredEntry | undefined {
    return this.store.get(key);
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    this.store.set(key, entry);
  }

  protected override removeEntry(key: string): boolean {
    return this.store.delete(key);
  }

  protected override *listEntries(): Generator<CacheMetadata> {
    for (const [key, entry] of this.store) yield describeEntry(key, entry, entry, this.clock.now());
  }
}
