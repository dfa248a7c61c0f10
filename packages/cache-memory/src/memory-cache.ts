import {
  BaseCacheManager,
  type CacheCapabilities,
  type CacheMetadata,
  EVICTION_POLICIES,
  type EvictionPolicy,
  expiryOf,
  isExpired,
  isOrderedPolicy,
  isOverdue,
  type OrderedPolicy,
  type StoredEntry,
  type StoreTotals,
  type TaggedEntry,
  valueCodec,
} from '@glovebox/cache-core';
import type { EntryTable } from './entry-table.js';
import { ExpirySchedule } from './expiry-schedule.js';
import { FifoTable } from './fifo-table.js';
import { codecFor } from './isolation.js';
import { LfuTable } from './lfu-table.js';
import { LruTable } from './lru-table.js';
import { MapTable } from './map-table.js';
import { EntryMetadata, MemoryEntry } from './memory-entry.js';
import { checkedOptions, isNone, type MemoryCacheOptions } from './memory-options.js';
import { OrderedTable } from './ordered-table.js';
import { Pacer } from './pacer.js';
import { SizeLedger } from './size-ledger.js';
import { TagIndex } from './tag-index.js';

const TABLES: Readonly<Record<Exclude<EvictionPolicy, OrderedPolicy>, new () => EntryTable>> = {
  lru: LruTable,
  lfu: LfuTable,
  fifo: FifoTable,
  ttl: MapTable,
};

/** Without limits nothing is ever given up, and no order need be kept. */
function createTable(policy: EvictionPolicy, hasLimits: boolean): EntryTable {
  if (!hasLimits) return new MapTable();
  return isOrderedPolicy(policy) ? new OrderedTable(policy) : new TABLES[policy]();
}

/**
 * A cache in the memory of this process. Every hook finishes without waiting, so that limits hold at any moment and what
 * happens to one key never overlaps; only cleaning up and measuring large caches pauses for the event loop.
 */
export class MemoryCache extends BaseCacheManager<unknown> {
  readonly name = 'memory';
  readonly capabilities: CacheCapabilities;

  readonly #table: EntryTable;
  readonly #schedule = new ExpirySchedule();
  /** Entries that expired and are kept for their grace, as far as a cleanup has met them. */
  readonly #inGrace = new Set<MemoryEntry>();
  readonly #ledger = new SizeLedger();
  readonly #tags = new TagIndex();
  readonly #maxEntries: number;
  readonly #maxSizeBytes: number;
  readonly #hasByteLimit: boolean;

  /** @throws CacheError `CACHE_INVALID_CONFIG` naming the option that is wrong */
  constructor(options: MemoryCacheOptions = {}) {
    const { isolation = 'clone', transforms } = checkedOptions(options);
    super(options, isNone(transforms) ? codecFor(isolation) : valueCodec);
    this.capabilities = Object.freeze({
      persistent: false,
      multiProcess: false,
      crossProcessLocks: false,
      persistentStats: false,
      persistentUsage: false,
      isolation,
      evictionPolicies: EVICTION_POLICIES,
      limits: Object.freeze({ entries: true, bytes: true }),
      grace: true,
      slidingTtl: true,
    });
    this.#table = createTable(this.evictionPolicy, this.hasLimits);
    this.#maxEntries = this.limits.maxEntries ?? Number.POSITIVE_INFINITY;
    this.#maxSizeBytes = this.limits.maxSizeBytes ?? Number.POSITIVE_INFINITY;
    this.#hasByteLimit = this.limits.maxSizeBytes !== undefined;
  }

  protected override readEntry(key: string): MemoryEntry | undefined {
    return this.#table.get(key);
  }

  protected override writeEntry(key: string, written: StoredEntry<unknown>): void {
    const replaced = this.#table.get(key);
    // What has expired is gone for every reader, whether or not it has been removed: its reads are not the new entry's.
    const isGone = replaced === undefined || isExpired(replaced, written.createdAt) || replaced.isInvalidated;
    const survivingCount = isGone ? 0 : replaced.accessCount;
    const entry = new MemoryEntry(key, written, survivingCount, this.codec);
    if (this.#hasByteLimit) entry.sizeBytes = written.sizeBytes;
    if (replaced !== undefined) this.#forget(replaced);
    this.#table.put(entry, replaced);
    this.#schedule.add(entry);
    if (entry.tags.length > 0) this.#tags.add(entry);
    if (this.#hasByteLimit) this.#ledger.add(entry);
  }

  protected override removeEntry(key: string): boolean {
    const entry = this.#table.get(key);
    if (entry === undefined) return false;
    this.#remove(entry);
    return true;
  }

  protected override *listEntries(): Generator<CacheMetadata> {
    const now = this.clock.now();
    for (const key of this.#table.keys()) {
      const entry = this.#table.get(key);
      if (entry !== undefined) yield new EntryMetadata(entry, now);
    }
  }

  protected override touchEntry(_key: string, entry: StoredEntry<unknown>, now: number): void {
    if (!(entry instanceof MemoryEntry)) return;
    entry.accessCount++;
    entry.lastAccessedAt = now;
    this.#table.use(entry);
  }

  protected override extendEntry(_key: string, entry: StoredEntry<unknown>, now: number): number | undefined {
    if (!(entry instanceof MemoryEntry) || entry.expiresAt === null || entry.ticket === undefined) return undefined;
    const expiresAt = expiryOf(now, entry.ttlSeconds);
    // The clock has gone back.
    if (expiresAt === null || expiresAt <= entry.expiresAt) return undefined;
    if (entry.graceUntil !== undefined) entry.graceUntil += expiresAt - entry.expiresAt;
    entry.expiresAt = expiresAt;
    this.#schedule.remove(entry);
    this.#schedule.add(entry);
    return expiresAt;
  }

  protected override isInvalidated(entry: TaggedEntry): boolean {
    return (entry instanceof MemoryEntry || entry instanceof EntryMetadata) && entry.isInvalidated;
  }

  /** In effect at once; what takes longer is to give back the room. */
  protected override async invalidateStore(tags: readonly string[]): Promise<void> {
    this.recordInvalidation(tags);
    const pacer = new Pacer();
    for (const cell of this.#tags.invalidate(tags)) {
      for (const entry of cell.entries) {
        if (this.#table.get(entry.key) === entry) this.#remove(entry);
        if (pacer.isDue()) await pacer.pause(true);
      }
    }
  }

  protected override usageOf(_key: string, entry: StoredEntry<unknown>): StoredEntry<unknown> {
    return entry;
  }

  /** The entry itself is what is known of it: nothing more to note. */
  protected override noteWritten(): void {}

  protected override noteExpired(key: string, entry: StoredEntry<unknown>): void {
    const held = this.#table.get(key);
    if (held === entry && held !== undefined) this.#expire(held);
  }

  protected override clearStore(): void {
    this.#table.clear();
    this.#schedule.clear();
    this.#inGrace.clear();
    this.#ledger.clear();
    this.#tags.clear();
  }

  protected override closeStore(): void {
    this.clearStore();
  }

  protected override async sweepStore(now: number, automatic: boolean): Promise<number> {
    const pacer = new Pacer();
    let removed = 0;
    for (;;) {
      const due = this.isClosed ? undefined : this.#schedule.firstDue(now);
      if (due === undefined) return removed;
      if (due.graceUntil === undefined || isOverdue(due, now)) {
        this.#expire(due);
        removed++;
      } else {
        this.#schedule.putOff(due, due.graceUntil);
        this.#inGrace.add(due);
      }
      if (pacer.isDue()) await pacer.pause(!automatic);
    }
  }

  protected override hasRoom(key: string, entry: StoredEntry<unknown>): boolean {
    const now = this.clock.now();
    while (!this.#fits(key, entry)) if (!this.#expireNext(now)) return false;
    return true;
  }

  protected override evict(writtenKey: string | undefined): void {
    if (!this.#exceedsLimits()) return;
    // Asked once: on some machines reading the clock costs as much as an eviction.
    const now = this.clock.now();
    do {
      if (this.#expireNext(now)) continue;
      const victim = this.#table.takeVictim(writtenKey);
      if (victim === undefined) return;
      this.#forget(victim);
      this.countEviction(victim.key, now);
    } while (this.#exceedsLimits());
  }

  protected override async measureStore(): Promise<StoreTotals> {
    if (this.#ledger.countedEntries < this.#table.size) {
      const pacer = new Pacer();
      for (const key of this.#table.keys()) {
        const entry = this.#table.get(key);
        if (entry !== undefined) this.#ledger.add(entry);
        if (pacer.isDue()) await pacer.pause(true);
      }
    }
    return { totalEntries: this.#table.size, totalSizeBytes: this.#ledger.totalSizeBytes };
  }

  #exceedsLimits(): boolean {
    return this.#table.size > this.#maxEntries || this.#ledger.totalSizeBytes > this.#maxSizeBytes;
  }

  #fits(key: string, entry: StoredEntry<unknown>): boolean {
    const replaced = this.#table.get(key);
    const entries = this.#table.size + (replaced === undefined ? 1 : 0);
    if (entries > this.#maxEntries) return false;
    if (!this.#hasByteLimit) return true;
    return this.#ledger.totalSizeBytes - (replaced?.sizeBytes ?? 0) + entry.sizeBytes <= this.#maxSizeBytes;
  }

  /** Makes room: removes an entry that has expired by `now`, in its grace or not. */
  #expireNext(now: number): boolean {
    const { first } = this.#schedule;
    const expired = first !== undefined && isExpired(first, now) ? first : this.#firstInGrace();
    if (expired === undefined || !isExpired(expired, now)) return false;
    this.#expire(expired);
    return true;
  }

  #firstInGrace(): MemoryEntry | undefined {
    for (const entry of this.#inGrace) return entry;
    return undefined;
  }

  #expire(entry: MemoryEntry): void {
    this.#remove(entry);
    this.countExpiry(entry.key);
  }

  #remove(entry: MemoryEntry): void {
    this.#table.remove(entry);
    this.#forget(entry);
  }

  /** Drops what is kept of an entry beside its place in the table. */
  #forget(entry: MemoryEntry): void {
    this.#schedule.remove(entry);
    if (this.#inGrace.size > 0) this.#inGrace.delete(entry);
    if (entry.tagCells !== undefined) this.#tags.remove(entry);
    this.#ledger.remove(entry);
  }
}

/**
 * A cache in the memory of this process.
 * @throws CacheError `CACHE_INVALID_CONFIG` naming the option that is wrong, and the nearest name of one that does not exist
 */
export function createMemoryCache(options: MemoryCacheOptions = {}): MemoryCache {
  return new MemoryCache(options);
}
