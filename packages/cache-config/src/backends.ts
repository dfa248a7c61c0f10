import {
  BaseCacheManager,
  type BaseCacheOptions,
  type CacheManager,
  type CacheMetadata,
  describeEntry,
  type EncodedValue,
  type Isolation,
  type StoredEntry,
} from '@glovebox/cache-core';

class MapCache extends BaseCacheManager {
  readonly name;
  readonly capabilities = {
    persistent: false,
    multiProcess: false,
    crossProcessLocks: false,
    persistentStats: false,
    persistentUsage: false,
    isolation: 'clone' as const,
    evictionPolicies: ['lru' as const],
    limits: { entries: true, bytes: true },
  };
  readonly options: object;
  m = new Map<string, StoredEntry<EncodedValue>>();
  constructor(name: string, o: BaseCacheOptions) {
    super(o);
    this.name = name;
    this.options = o;
  }
  protected override readEntry(k: string) {
    return this.m.get(k);
  }
  protected override writeEntry(k: string, e: StoredEntry<EncodedValue>) {
    this.m.set(k, e);
  }
  protected override removeEntry(k: string) {
    return this.m.delete(k);
  }
  protected override *listEntries(): Iterable<CacheMetadata> {
    for (const [k, e] of this.m) yield describeEntry(k, e, e, this.clock.now());
  }
}
export function createMemoryCache(o: BaseCacheOptions & { isolation?: Isolation | undefined } = {}): CacheManager {
  return new MapCache('memory', o);
}
export function createFilesystemCache(
  o: BaseCacheOptions & {
    cacheRoot?: string | undefined;
    namespace?: string | undefined;
    useFileLocking?: boolean | undefined;
    lockTimeoutMs?: number | undefined;
    processIsolated?: boolean | undefined;
    durability?: 'process' | 'power' | undefined;
    io?: 'sync' | 'async' | undefined;
    inlineMaxBytes?: number | undefined;
  },
): CacheManager {
  return new MapCache('filesystem', o);
}
