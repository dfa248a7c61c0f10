import { type EntryUsage, isExpired } from './entry.js';
import { createEvictionOrder, isOrderedPolicy, type OrderedPolicy } from './eviction/create-eviction-order.js';
import type { EvictionOrder, OrderNode } from './eviction/eviction-order.js';
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

interface IndexRecord extends IndexedEntry, OrderNode<IndexRecord> {
  expiresAt: number | null;
  accessCount: number;
  lastAccessedAt: number;
  /** Order of writes and of uses among those of the same millisecond. */
  readonly writeOrder: number;
  useOrder: number;
}

export interface StoreLimits {
  readonly maxEntries?: number | undefined;
  readonly maxSizeBytes?: number | undefined;
}

/** Share of a limit that stays free after an eviction, so that its cost is paid once for many writes. */
const FREED_SHARE = 0.1;

/** Reads before an entry was listed that an order is told of: more would not change what it does. */
const MAX_EARLIER_USES = 3;

type SortedPolicy = Exclude<EvictionPolicy, OrderedPolicy>;

const COMPARE: Record<SortedPolicy, (a: IndexRecord, b: IndexRecord) => number> = {
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
  readonly #policy: EvictionPolicy;
  readonly #order: EvictionOrder<IndexRecord> | undefined;
  /** What the order gave up and nobody has removed so far: first to be chosen again. */
  readonly #chosen = new Set<IndexRecord>();
  #totalSizeBytes = 0;
  #steps = 0;

  /** @param policy by which victims are chosen */
  constructor(policy: EvictionPolicy = 'lru') {
    this.#policy = policy;
    if (isOrderedPolicy(policy)) this.#order = createEvictionOrder(policy);
  }

  get totals(): StoreTotals {
    return { totalEntries: this.#records.size, totalSizeBytes: this.#totalSizeBytes };
  }

  get(id: string): IndexedEntry | undefined {
    return this.#records.get(id);
  }

  /** Adds an entry, or replaces what was known of it. */
  put(id: string, entry: IndexedEntry, accessCount: number = entry.accessCount): void {
    const step = ++this.#steps;
    const known = this.#records.get(id);
    const { sizeBytes, createdAt, expiresAt, lastAccessedAt } = entry;
    const record: IndexRecord = {
      key: id,
      sizeBytes,
      createdAt,
      expiresAt,
      accessCount,
      lastAccessedAt: Math.max(lastAccessedAt, createdAt),
      writeOrder: step,
      useOrder: step,
      previous: undefined,
      next: undefined,
      orderState: 0,
    };
    this.#totalSizeBytes += sizeBytes - (known?.sizeBytes ?? 0);
    this.#records.set(id, record);
    if (this.#order !== undefined) this.#arrange(this.#order, record, known);
  }

  /** Counts a read of a known entry. */
  touch(id: string, now: number): void {
    const record = this.#records.get(id);
    if (record !== undefined) this.#use(record, record.accessCount + 1, now);
  }

  /** Takes over that reads have extended a known entry. */
  learnExpiry(id: string, expiresAt: number | null): void {
    const record = this.#records.get(id);
    if (record !== undefined) record.expiresAt = expiresAt;
  }

  /** Takes over what others have read of a known entry; whether that was news. */
  learnUsage(id: string, { accessCount, lastAccessedAt }: EntryUsage): boolean {
    const record = this.#records.get(id);
    if (record === undefined) return false;
    if (accessCount <= record.accessCount && lastAccessedAt <= record.lastAccessedAt) return false;
    this.#use(record, accessCount, Math.max(lastAccessedAt, record.createdAt));
    return true;
  }

  /** Tells the policy of all entries anew, in the order of their writes: a listing has brought them in any order. */
  arrangeByAge(): void {
    if (this.#order === undefined) return;
    this.#order.clear();
    this.#chosen.clear();
    for (const record of [...this.#records.values()].sort(COMPARE.fifo)) this.#insert(this.#order, record);
  }

  remove(id: string): boolean {
    const record = this.#records.get(id);
    if (record === undefined) return false;
    this.#totalSizeBytes -= record.sizeBytes;
    if (!this.#chosen.delete(record)) this.#order?.remove(record);
    return this.#records.delete(id);
  }

  clear(): void {
    this.#records.clear();
    this.#order?.clear();
    this.#chosen.clear();
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
  victims(limits: StoreLimits, now: number, protectedId?: string): string[] {
    if (this.#policy === 'ttl' || !this.exceeds(limits)) return [];
    let entries = this.#records.size;
    let sizeBytes = this.#totalSizeBytes;
    const enoughEntries = lowWaterMark(limits.maxEntries);
    const enoughBytes = lowWaterMark(limits.maxSizeBytes);
    const victims: string[] = [];
    for (const record of this.#candidates(protectedId)) {
      if (record.key === protectedId || isExpired(record, now)) continue;
      victims.push(record.key);
      entries--;
      sizeBytes -= record.sizeBytes;
      if (entries <= enoughEntries && sizeBytes <= enoughBytes) break;
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

  /** Entries in the order in which they go. */
  #candidates(protectedId: string | undefined): Iterable<IndexRecord> {
    if (this.#order !== undefined) return this.#takeChosen(this.#order, this.#records.get(protectedId ?? ''));
    const compare = isOrderedPolicy(this.#policy) ? COMPARE.lru : COMPARE[this.#policy];
    return [...this.#records.values()].sort(compare);
  }

  *#takeChosen(order: EvictionOrder<IndexRecord>, spared: IndexRecord | undefined): Generator<IndexRecord> {
    yield* [...this.#chosen];
    for (let next = order.takeVictim(spared); next !== undefined; next = order.takeVictim(spared)) {
      this.#chosen.add(next);
      yield next;
    }
  }

  #arrange(order: EvictionOrder<IndexRecord>, record: IndexRecord, known: IndexRecord | undefined): void {
    if (known !== undefined && !this.#chosen.delete(known)) {
      order.replace(known, record);
      return;
    }
    this.#insert(order, record);
  }

  #insert(order: EvictionOrder<IndexRecord>, record: IndexRecord): void {
    order.insert(record);
    for (let use = 0; use < Math.min(record.accessCount, MAX_EARLIER_USES); use++) order.use(record);
  }

  #use(record: IndexRecord, accessCount: number, now: number): void {
    record.accessCount = accessCount;
    record.lastAccessedAt = now;
    record.useOrder = ++this.#steps;
    if (this.#chosen.delete(record)) this.#order?.insert(record);
    this.#order?.use(record);
  }
}

function lowWaterMark(limit: number | undefined): number {
  // A limit below ten is kept to the entry: freeing a tenth of it would free nothing, or too much.
  return limit === undefined ? Number.POSITIVE_INFINITY : limit - Math.floor(limit * FREED_SHARE);
}
