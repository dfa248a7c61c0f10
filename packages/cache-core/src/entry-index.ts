import { isExpired } from './entry.js';
import type { StoreTotals } from './stats.js';
import type { EvictionPolicy } from './types.js';

/** What an index knows of an entry: enough to choose what to evict. */
export interface IndexedEntry {
  readonly sizeBytes: number;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly accessCount: number;
  readonly lastAccessedAt: number;
}

interface IndexRecord {
  sizeBytes: number;
  createdAt: number;
  expiresAt: number | null;
  accessCount: number;
  lastAccessedAt: number;
  /** Order of writes and of uses among those of the same millisecond. */
  writeOrder: number;
  useOrder: number;
}

export interface StoreLimits {
  readonly maxEntries?: number | undefined;
  readonly maxSizeBytes?: number | undefined;
}

/** Share of a limit that stays free after an eviction, so that its cost is paid once for many writes. */
const FREED_SHARE = 0.1;

const COMPARE: Record<EvictionPolicy, (a: IndexRecord, b: IndexRecord) => number> = {
  lru: byLastUse,
  lfu: (a, b) => a.accessCount - b.accessCount || byLastUse(a, b),
  fifo: (a, b) => a.createdAt - b.createdAt || a.writeOrder - b.writeOrder,
  // Nothing but expired entries is ever taken.
  ttl: () => 0,
};

function byLastUse(a: IndexRecord, b: IndexRecord): number {
  return a.lastAccessedAt - b.lastAccessedAt || a.useOrder - b.useOrder;
}

/** Sizes, dates and uses of a store's entries, with their totals, for backends that scan to evict. */
export class EntryIndex {
  readonly #records = new Map<string, IndexRecord>();
  #totalSizeBytes = 0;
  #order = 0;

  get totals(): StoreTotals {
    return { totalEntries: this.#records.size, totalSizeBytes: this.#totalSizeBytes };
  }

  get(id: string): IndexedEntry | undefined {
    return this.#records.get(id);
  }

  /** Adds an entry, or replaces what was known of it. */
  put(id: string, entry: IndexedEntry, accessCount: number = entry.accessCount): void {
    const order = ++this.#order;
    this.#totalSizeBytes += entry.sizeBytes - (this.#records.get(id)?.sizeBytes ?? 0);
    const { sizeBytes, createdAt, expiresAt, lastAccessedAt } = entry;
    this.#records.set(id, {
      sizeBytes,
      createdAt,
      expiresAt,
      accessCount,
      lastAccessedAt: Math.max(lastAccessedAt, createdAt),
      writeOrder: order,
      useOrder: order,
    });
  }

  /** Counts a read of a known entry. */
  touch(id: string, now: number): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    record.accessCount++;
    record.lastAccessedAt = now;
    record.useOrder = ++this.#order;
  }

  remove(id: string): boolean {
    const record = this.#records.get(id);
    if (record === undefined) return false;
    this.#totalSizeBytes -= record.sizeBytes;
    return this.#records.delete(id);
  }

  clear(): void {
    this.#records.clear();
    this.#totalSizeBytes = 0;
  }

  ids(): IterableIterator<string> {
    return this.#records.keys();
  }

  expiredIds(now: number): string[] {
    const ids: string[] = [];
    for (const [id, record] of this.#records) if (isExpired(record, now)) ids.push(id);
    return ids;
  }

  exceeds(limits: StoreLimits): boolean {
    return (
      this.#records.size > (limits.maxEntries ?? Number.POSITIVE_INFINITY) ||
      this.#totalSizeBytes > (limits.maxSizeBytes ?? Number.POSITIVE_INFINITY)
    );
  }

  /**
   * Live entries to remove, by policy, until both limits have {@link FREED_SHARE} to spare; none while neither is
   * exceeded. `protectedId`, the entry just written, is never among them.
   */
  victims(policy: EvictionPolicy, limits: StoreLimits, now: number, protectedId?: string): string[] {
    if (policy === 'ttl' || !this.exceeds(limits)) return [];
    let entries = this.#records.size;
    let sizeBytes = this.#totalSizeBytes;
    const enoughEntries = lowWaterMark(limits.maxEntries);
    const enoughBytes = lowWaterMark(limits.maxSizeBytes);
    const compare = COMPARE[policy];
    const candidates = [...this.#records].sort(([, a], [, b]) => compare(a, b));
    const victims: string[] = [];
    for (const [id, record] of candidates) {
      if (entries <= enoughEntries && sizeBytes <= enoughBytes) break;
      if (id === protectedId || isExpired(record, now)) continue;
      victims.push(id);
      entries--;
      sizeBytes -= record.sizeBytes;
    }
    return victims;
  }

  /** Whether `id` at its new size fits beside everything else. */
  fits(id: string, sizeBytes: number, limits: StoreLimits): boolean {
    const known = this.#records.get(id);
    const entries = this.#records.size + (known === undefined ? 1 : 0);
    const totalSizeBytes = this.#totalSizeBytes - (known?.sizeBytes ?? 0) + sizeBytes;
    return (
      entries <= (limits.maxEntries ?? Number.POSITIVE_INFINITY) &&
      totalSizeBytes <= (limits.maxSizeBytes ?? Number.POSITIVE_INFINITY)
    );
  }
}

function lowWaterMark(limit: number | undefined): number {
  // A limit below ten is kept to the entry: freeing a tenth of it would free nothing, or too much.
  return limit === undefined ? Number.POSITIVE_INFINITY : limit - Math.floor(limit * FREED_SHARE);
}
