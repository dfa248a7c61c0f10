import { EntryIndex, type EvictionPolicy, type StoreLimits, type StoreTotals } from '@glovebox/cache-core';
import type { EntryHeader } from './entry-format.js';
import type { EntryReader } from './entry-reader.js';
import type { Sweeper } from './sweeper.js';
import type { UsageRecords } from './usage-records.js';

/** Share of a limit below which nobody needs to know every entry. */
const INDEX_NEEDED_FROM = 0.8;
/** Entries that other processes may have added or removed before this one lists the store again. */
const MIN_UNSEEN_ENTRIES = 8;
const UNSEEN_SHARE = 0.01;

/**
 * Decides what a process evicts. It indexes the store once a limit comes near, keeps the index up with its own
 * operations, and lists the store again when the shared totals show that others have changed it.
 */
export class LimitKeeper {
  readonly #limits: StoreLimits;
  readonly #policy: EvictionPolicy;
  readonly #reader: EntryReader;
  readonly #sweeper: Sweeper;
  readonly #usage: UsageRecords;
  #index: EntryIndex | undefined;
  #loading: Promise<EntryIndex> | undefined;

  constructor(limits: StoreLimits, policy: EvictionPolicy, reader: EntryReader, sweeper: Sweeper, usage: UsageRecords) {
    this.#limits = limits;
    this.#policy = policy;
    this.#reader = reader;
    this.#sweeper = sweeper;
    this.#usage = usage;
  }

  noteWrite(id: string, header: EntryHeader): void {
    if (this.#index === undefined) return;
    this.#put(this.#index, id, header);
  }

  noteRead(id: string, now: number): void {
    this.#index?.touch(id, now);
  }

  noteRemoval(id: string): void {
    this.#index?.remove(id);
  }

  forgetAll(): void {
    this.#index?.clear();
  }

  /** What the index knows exactly, `undefined` before there is one. */
  get indexedTotals(): StoreTotals | undefined {
    return this.#loading === undefined ? this.#index?.totals : undefined;
  }

  /** Whether the totals are near enough to a limit for the index to be needed. */
  isNear({ totalEntries, totalSizeBytes }: StoreTotals): boolean {
    const { maxEntries, maxSizeBytes } = this.#limits;
    return (
      (maxEntries !== undefined && totalEntries > maxEntries * INDEX_NEEDED_FROM) ||
      (maxSizeBytes !== undefined && totalSizeBytes > maxSizeBytes * INDEX_NEEDED_FROM)
    );
  }

  /** The index, brought up to what other processes have done as far as `shared` shows it. */
  async upToDateIndex(shared: StoreTotals): Promise<EntryIndex> {
    const index = await this.#load();
    const { totalEntries, totalSizeBytes } = index.totals;
    if (
      differ(shared.totalEntries, totalEntries, MIN_UNSEEN_ENTRIES) ||
      differ(shared.totalSizeBytes, totalSizeBytes, 0)
    ) {
      await this.#refresh(index);
    }
    return index;
  }

  /** Live entries to evict to come within the limits, in their order. */
  victims(index: EntryIndex, now: number, protectedId: string | undefined): string[] {
    return index.victims(this.#policy, this.#limits, now, protectedId);
  }

  /** Entries to evict to free a tenth of the store, whatever its limits: the disk is full. None under the policy `ttl`. */
  emergencyVictims(index: EntryIndex, now: number, protectedId: string): string[] {
    // Over a limit by one entry, the index frees a tenth of that limit by itself.
    return index.victims(this.#policy, { maxEntries: index.totals.totalEntries - 1 }, now, protectedId);
  }

  #load(): Promise<EntryIndex> {
    if (this.#loading !== undefined) return this.#loading;
    if (this.#index !== undefined) return Promise.resolve(this.#index);
    // Operations that run while the store is read go into the same index: what it holds already is newer.
    const index = new EntryIndex();
    this.#index = index;
    this.#loading = this.#addUnknown(index)
      .then(() => index)
      .catch((error: unknown) => {
        this.#index = undefined;
        throw error;
      })
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }

  /** Takes over what others wrote, replaced and removed. */
  async #refresh(index: EntryIndex): Promise<void> {
    const gone = new Set(index.ids());
    await this.#addUnknown(index, (id) => gone.delete(id));
    for (const id of gone) if (this.#reader.header(id) === undefined) index.remove(id);
  }

  async #addUnknown(index: EntryIndex, seen?: (id: string) => void): Promise<void> {
    for await (const id of this.#sweeper.ids()) {
      seen?.(id);
      const known = index.get(id);
      // While the index is loaded what it holds already is newer; on a refresh another process may have replaced it.
      if (known !== undefined && seen === undefined) continue;
      const header = this.#reader.header(id);
      if (header === undefined || header === 'unreadable') continue;
      if (known?.createdAt !== header.createdAt || known.sizeBytes !== header.sizeBytes) this.#put(index, id, header);
    }
  }

  #put(index: EntryIndex, id: string, header: EntryHeader): void {
    const { sizeBytes, createdAt, expiresAt } = header;
    const known = index.get(id);
    const usage = known === undefined ? this.#usage.usageOf(id, createdAt) : { ...known, lastAccessedAt: createdAt };
    index.put(id, { sizeBytes, createdAt, expiresAt, ...pick(usage) });
  }
}

function pick({ accessCount, lastAccessedAt }: { accessCount: number; lastAccessedAt: number }) {
  return { accessCount, lastAccessedAt };
}

/** Whether what others are known to hold is further from the index than it may be. */
function differ(shared: number, indexed: number, atLeast: number): boolean {
  return Math.abs(shared - indexed) > Math.max(atLeast, indexed * UNSEEN_SHARE);
}
