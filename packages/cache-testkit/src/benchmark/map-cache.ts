import {
  BaseCacheManager,
  type BaseCacheOptions,
  type CacheCapabilities,
  type CacheMetadata,
  describeEntry,
  type StoredEntry,
} from '@glovebox/cache-core';

/** The least that a cache can be: a Map, and the default codec. What a benchmark compares with where nothing else is. */
export class MapCache extends BaseCacheManager {
  readonly name = 'map';
  readonly capabilities: CacheCapabilities = {
    persistent: false,
    multiProcess: false,
    crossProcessLocks: false,
    persistentStats: false,
    persistentUsage: false,
    isolation: 'clone',
    evictionPolicies: ['lru', 'lfu', 'fifo', 'ttl'],
    limits: { entries: true, bytes: true },
  };
  readonly #entries = new Map<string, StoredEntry>();

  /** @param options already checked: only the benchmark makes one */
  constructor(options: BaseCacheOptions) {
    super(options);
  }

  protected override readEntry(key: string): StoredEntry | undefined {
    return this.#entries.get(key);
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    this.#entries.set(key, entry);
  }

  protected override removeEntry(key: string): boolean {
    return this.#entries.delete(key);
  }

  protected override *listEntries(): Generator<CacheMetadata> {
    for (const [key, entry] of this.#entries) yield describeEntry(key, entry, entry, this.clock.now());
  }
}
