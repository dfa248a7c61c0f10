import {
  BaseCacheManager,
  type BaseCacheOptions,
  baseOptionRules,
  type CacheCapabilities,
  type CacheManager,
  type CacheMetadata,
  type Codec,
  checkOptions,
  describeEntry,
  EVICTION_POLICIES,
  type StoredEntry,
  valueCodec,
} from '@glovebox/cache-core';
import type { CacheConfig, ConformanceTarget, StoreContext } from '@glovebox/cache-testkit';

export const CAPABILITIES: CacheCapabilities = {
  persistent: false,
  multiProcess: false,
  crossProcessLocks: false,
  persistentStats: false,
  persistentUsage: false,
  isolation: 'clone',
  evictionPolicies: EVICTION_POLICIES,
  limits: { entries: true, bytes: true },
  grace: true,
  slidingTtl: true,
};

/** A right backend, as small as one can be: a Map. The broken caches of the tests are this one with a fault each. */
export class ReferenceCache extends BaseCacheManager {
  /** What its target has besides a name and a way to make it. */
  static readonly targetFields: Partial<ConformanceTarget> = {};
  readonly name: string = 'reference';
  readonly capabilities: CacheCapabilities = CAPABILITIES;
  protected readonly stored = new Map<string, StoredEntry>();

  constructor(options: BaseCacheOptions, _context?: StoreContext, codec: Codec = valueCodec) {
    checkOptions('ReferenceCache', options, baseOptionRules);
    super(options, codec);
  }

  protected override readEntry(key: string): StoredEntry | undefined | Promise<StoredEntry | undefined> {
    return this.stored.get(key);
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    this.stored.set(key, entry);
  }

  protected override removeEntry(key: string): boolean {
    return this.stored.delete(key);
  }

  protected override *listEntries(): Generator<CacheMetadata> {
    for (const [key, entry] of this.stored) yield describeEntry(key, entry, entry, this.clock.now());
  }
}

export interface CacheClass {
  readonly targetFields?: Partial<ConformanceTarget>;
  new (options: BaseCacheOptions, context: StoreContext): CacheManager;
}

/** The target of a class that takes the base options. */
export function targetOf(name: string, Cache: CacheClass): ConformanceTarget {
  return {
    ...Cache.targetFields,
    name,
    create: (config: CacheConfig, context) => new Cache({ ...config, clock: context.clock }, context),
  };
}
