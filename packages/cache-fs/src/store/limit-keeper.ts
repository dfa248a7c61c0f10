import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { EntryIndex, type EvictionPolicy, type StoreLimits, type StoreTotals } from '@glovebox/cache-core';
import type { TagLog } from '../tags/tag-log.js';
import type { EntryHeader } from './entry-format.js';
import type { EntryReader, FoundHeader } from './entry-reader.js';
import type { Sweeper } from './sweeper.js';
import type { UsageRecords } from './usage-records.js';

/** Share of a limit below which nobody needs to know every entry. */
const INDEX_NEEDED_FROM = 0.8;
/** Entries that other processes may have added or removed before this one lists the store again. */
const MIN_UNSEEN_ENTRIES = 8;
const UNSEEN_SHARE = 0.01;
/** Files looked at between two turns of the event loop. */
const SLICE = 32;
/** Entries judged by their tags between two turns of the event loop: well under a millisecond's worth. */
const TAGGED_SLICE = 1_024;
/** Choices of victims that what was learned of the ones before may change. */
const MAX_CHOICES = 4;

export interface LimitKeeperParts {
  readonly limits: StoreLimits;
  readonly policy: EvictionPolicy;
  readonly reader: EntryReader;
  readonly sweeper: Sweeper;
  readonly usage: UsageRecords;
  readonly tagLog: Pick<TagLog, 'look'>;
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
  /** Entries of the index that have tags. */
  readonly #tagged = new Map<string, EntryHeader>();
  /** The state of the log by which they were judged last. */
  #judgedAt: string | undefined;
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

  /** Reads have extended an entry, here or elsewhere. */
  noteExtended(id: string, { createdAt, expiresAt }: Pick<EntryHeader, 'createdAt' | 'expiresAt'>): void {
    if (this.#index?.get(id)?.createdAt === createdAt) this.#index.learnExpiry(id, expiresAt);
  }

  noteRemoval(id: string): void {
    this.#index?.remove(id);
    this.#tagged.delete(id);
  }

  forgetAll(): void {
    this.#index?.clear();
    this.#tagged.clear();
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
    if (this.#tagged.size > 0) await this.#learnInvalidations(index);
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
      const victims = index.victims(limits, now, protectedId);
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

  /**
   * Entries to evict when the disk is full, whatever the limits: a tenth of the store, and as many bytes as are wanted.
   * None under the policy `ttl`.
   */
  emergencyVictims(index: EntryIndex, now: number, wanted: { id: string; sizeBytes: number }): string[] {
    const { totalEntries, totalSizeBytes } = index.totals;
    // Over a limit by one entry, the index frees a tenth of that limit by itself.
    const limits = {
      maxEntries: totalEntries - 1,
      maxSizeBytes: Math.max(0, totalSizeBytes - wanted.sizeBytes),
    };
    return index.victims(limits, now, wanted.id);
  }

  #load(): Promise<EntryIndex> {
    if (this.#loading !== undefined) return this.#loading;
    if (this.#index !== undefined) return Promise.resolve(this.#index);
    // Operations that run while the store is read go into the same index: what it holds already is newer.
    const index = new EntryIndex(this.#parts.policy);
    this.#index = index;
    this.#loading = this.#addUnknown(index)
      .then(() => {
        index.arrangeByAge();
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

  /** Takes over what others wrote, replaced and removed. */
  async #refresh(index: EntryIndex): Promise<void> {
    const gone = new Set(index.ids());
    for await (const id of this.#parts.sweeper.ids()) {
      gone.delete(id);
      this.#lookAt(index, id);
    }
    // One that was written while the store was listed may be missing in the list.
    for (const id of gone) if (this.#lookAt(index, id) === undefined) index.remove(id);
    this.#error = this.#difference(index);
  }

  async #addUnknown(index: EntryIndex): Promise<void> {
    for await (const id of this.#parts.sweeper.ids()) if (index.get(id) === undefined) this.#lookAt(index, id);
  }

  #lookAt(index: EntryIndex, id: string): FoundHeader {
    const header = this.#parts.reader.header(id);
    if (header === undefined || header === 'unreadable') return header;
    const known = index.get(id);
    if (known?.createdAt !== header.createdAt || known.sizeBytes !== header.sizeBytes) this.#put(index, id, header);
    return header;
  }

  /** Has the index take what is invalidated for expired: it goes before anything that lives, and is no eviction. */
  async #learnInvalidations(index: EntryIndex): Promise<void> {
    const known = this.#parts.tagLog.look();
    if (known !== undefined && known.mark === this.#judgedAt) return;
    let judged = 0;
    for (const [id, { tags, tagMark }] of this.#tagged) {
      if (known === undefined || known.isInvalidated(tags, tagMark)) {
        index.learnExpiry(id, 0);
        this.#tagged.delete(id);
      }
      if (++judged % TAGGED_SLICE === 0) await yieldToEventLoop();
    }
    // What was put in meanwhile is newer than that.
    this.#judgedAt = known?.mark;
  }

  #hasUnseen(index: EntryIndex): boolean {
    const difference = this.#difference(index);
    const entries = Math.abs(difference.totalEntries - this.#error.totalEntries);
    const bytes = Math.abs(difference.totalSizeBytes - this.#error.totalSizeBytes);
    const { totalEntries, totalSizeBytes } = index.totals;
    return entries > Math.max(MIN_UNSEEN_ENTRIES, totalEntries * UNSEEN_SHARE) || bytes > totalSizeBytes * UNSEEN_SHARE;
  }

  #difference({ totals }: EntryIndex): StoreTotals {
    const shared = this.#parts.sharedTotals();
    return {
      totalEntries: shared.totalEntries - totals.totalEntries,
      totalSizeBytes: shared.totalSizeBytes - totals.totalSizeBytes,
    };
  }

  #put(index: EntryIndex, id: string, header: EntryHeader): void {
    const { sizeBytes, createdAt, expiresAt } = header;
    if (header.tags.length > 0) this.#tagged.set(id, header);
    else if (this.#tagged.size > 0) this.#tagged.delete(id);
    const known = index.get(id);
    const { accessCount, lastAccessedAt } =
      known === undefined
        ? this.#parts.usage.usageOf(id, createdAt)
        : { accessCount: known.accessCount, lastAccessedAt: createdAt };
    index.put(id, { sizeBytes, createdAt, expiresAt, accessCount, lastAccessedAt });
  }

  #learnUsage(index: EntryIndex, id: string): boolean {
    const known = index.get(id);
    return known !== undefined && index.learnUsage(id, this.#parts.usage.usageOf(id, known.createdAt));
  }
}
