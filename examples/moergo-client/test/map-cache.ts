import {
  BaseCacheManager,
  type CacheCapabilities,
  type CacheMetadata,
  describeEntry,
  type StoredEntry,
} from '@glovebox/cache-core';

/** The smallest backend: a Map. */
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

  protected readEntry(key: string): StoredEntry | undefined {
    return this.#entries.get(key);
  }

  protected writeEntry(key: string, entry: StoredEntry): void {
    this.#entries.set(key, entry);
  }

  protected removeEntry(key: string): boolean {
    return this.#entries.delete(key);
  }

  protected *listEntries(): Iterable<CacheMetadata> {
    const now = this.clock.now();
    for (const [key, entry] of this.#entries) yield describeEntry(key, entry, entry, now);
  }
}
