import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
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
/** Files looked at between two turns of the event loop. */
const SLICE = 32;
/** Choices of victims that what was learned of the ones before may change. */
const MAX_CHOICES = 4;

export interface LimitKeeperParts {
  readonly limits: StoreLimits;
  readonly policy: EvictionPolicy;
  readonly reader: EntryReader;
  readonly sweeper: Sweeper;
  readonly usage: UsageRecords;
  /** What all processes together say that the store holds. */
  readonly sharedTotals: () => StoreTotals;
}

/**
 * Decides what a process evicts. It indexes the store once a limit comes near, keeps the index up with its own
 * operations, and lists the store again when the shared totals show that others have changed it.
 */
export class LimitKeeper {
  readonly #parts: LimitKeeperParts;
  #index: EntryIndex | undefined;
  #loading: Promise<EntryIndex> | undefined;
  #refreshing: Promise<void> | undefined;
  /** By how much the shared totals were wrong when the store was listed last: no reason to list it again. */
  #error: StoreTotals = { totalEntries: 0, totalSizeBytes: 0 };

  constructor(parts: LimitKeeperParts) {
    this.#parts = parts;
  }

  noteWrite(id: string, header: EntryHeader): void {
    if (this.#index !== undefined) this.#put(this.#index, id, header);
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

  /** Whether the store, with `more` added, is near enough to a limit for the index to be needed. */
  isNear(more: StoreTotals = { totalEntries: 0, totalSizeBytes: 0 }): boolean {
    const { maxEntries, maxSizeBytes } = this.#parts.limits;
    const { totalEntries, totalSizeBytes } = this.#parts.sharedTotals();
    return (
      (maxEntries !== undefined && totalEntries + more.totalEntries > maxEntries * INDEX_NEEDED_FROM) ||
      (maxSizeBytes !== undefined && totalSizeBytes + more.totalSizeBytes > maxSizeBytes * INDEX_NEEDED_FROM)
    );
  }

  /** The index, brought up to what other processes have done as far as the shared totals show it. */
  async upToDateIndex(): Promise<EntryIndex> {
    const index = await this.#load();
    if (this.#hasUnseen(index)) {
      this.#refreshing ??= this.#refresh(index).finally(() => {
        this.#refreshing = undefined;
      });
      await this.#refreshing;
    }
    return index;
  }

  /**
   * Live entries to evict to come within the limits, in their order. What other processes have read is in the records
   * alone, so no entry is chosen before its record was looked at.
   */
  async victims(index: EntryIndex, now: number, protectedId: string | undefined): Promise<string[]> {
    const { policy, limits } = this.#parts;
    const known = new Set<string>();
    for (let choice = 1; ; choice++) {
      const victims = index.victims(policy, limits, now, protectedId);
      if (policy === 'fifo' || choice === MAX_CHOICES) return victims;
      let hasLearned = false;
      for (const id of victims) {
        if (known.has(id)) continue;
        known.add(id);
        if (this.#learnUsage(index, id)) hasLearned = true;
        if (known.size % SLICE === 0) await yieldToEventLoop();
      }
      if (!hasLearned) return victims;
    }
  }

  /** Entries to evict when the disk is full, whatever the limits: a tenth of the store, and as many bytes as are wanted. */
  emergencyVictims(index: EntryIndex, now: number, wanted: { id: string; sizeBytes: number }): string[] {
    const { totalEntries, totalSizeBytes } = index.totals;
    const policy = this.#parts.policy === 'ttl' ? 'lru' : this.#parts.policy;
    const limits = {
      maxEntries: Math.max(0, Math.ceil(totalEntries * 0.9) - 1),
      maxSizeBytes: Math.max(0, totalSizeBytes - wanted.sizeBytes),
    };
    return index.victims(policy, limits, now, wanted.id);
  }

  #load(): Promise<EntryIndex> {
    if (this.#loading !== undefined) return this.#loading;
    if (this.#index !== undefined) return Promise.resolve(this.#index);
    // Operations that run while the store is read go into the same index: what it holds already is newer.
    const index = new EntryIndex();
    this.#index = index;
    this.#loading = this.#addUnknown(index)
      .then(() => {
        this.#error = this.#difference(index);
        return index;
      })
      .catch((error: unknown) => {
        this.#index = undefined;
        throw error;
      })
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }

  /** Adds entries that others wrote, drops those that others removed, and looks at all again if others replaced many. */
  async #refresh(index: EntryIndex): Promise<void> {
    const gone = new Set(index.ids());
    await this.#addUnknown(index, (id) => gone.delete(id));
    await this.#lookAgainAt(index, gone);
    if (this.#hasUnseenBytes(index)) await this.#lookAgainAt(index, new Set(index.ids()));
    this.#error = this.#difference(index);
  }

  async #addUnknown(index: EntryIndex, seen?: (id: string) => void): Promise<void> {
    for await (const id of this.#parts.sweeper.ids()) {
      seen?.(id);
      if (index.get(id) !== undefined) continue;
      const header = this.#parts.reader.header(id);
      if (header !== undefined && header !== 'unreadable') this.#put(index, id, header);
    }
  }

  async #lookAgainAt(index: EntryIndex, ids: ReadonlySet<string>): Promise<void> {
    let looks = 0;
    for (const id of ids) {
      if (++looks % SLICE === 0) await yieldToEventLoop();
      const header = this.#parts.reader.header(id);
      if (header === undefined) index.remove(id);
      else if (header !== 'unreadable' && header.createdAt !== index.get(id)?.createdAt) this.#put(index, id, header);
    }
  }

  #hasUnseen(index: EntryIndex): boolean {
    const entries = this.#difference(index).totalEntries - this.#error.totalEntries;
    const allowed = Math.max(MIN_UNSEEN_ENTRIES, index.totals.totalEntries * UNSEEN_SHARE);
    return Math.abs(entries) > allowed || this.#hasUnseenBytes(index);
  }

  #hasUnseenBytes(index: EntryIndex): boolean {
    const { maxSizeBytes } = this.#parts.limits;
    if (maxSizeBytes === undefined) return false;
    const bytes = this.#difference(index).totalSizeBytes - this.#error.totalSizeBytes;
    return Math.abs(bytes) > maxSizeBytes * UNSEEN_SHARE;
  }

  #difference({ totals }: EntryIndex): StoreTotals {
    const shared = this.#parts.sharedTotals();
    return {
      totalEntries: shared.totalEntries - totals.totalEntries,
      totalSizeBytes: shared.totalSizeBytes - totals.totalSizeBytes,
    };
  }

  #put(index: EntryIndex, id: string, { sizeBytes, createdAt, expiresAt }: EntryHeader): void {
    const known = index.get(id);
    const { accessCount, lastAccessedAt } =
      known === undefined
        ? this.#parts.usage.usageOf(id, createdAt)
        : { accessCount: known.accessCount, lastAccessedAt: createdAt };
    index.put(id, { sizeBytes, createdAt, expiresAt, accessCount, lastAccessedAt });
  }

  #learnUsage(index: EntryIndex, id: string): boolean {
    const known = index.get(id);
    if (known === undefined) return false;
    const { accessCount, lastAccessedAt } = this.#parts.usage.usageOf(id, known.createdAt);
    if (accessCount <= known.accessCount && lastAccessedAt <= known.lastAccessedAt) return false;
    const { sizeBytes, createdAt, expiresAt } = known;
    index.put(id, { sizeBytes, createdAt, expiresAt, accessCount, lastAccessedAt });
    return true;
  }
}
