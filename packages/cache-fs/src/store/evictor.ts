import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { type EntryIndex, isExpired, type StoreLimits } from '@glovebox/cache-core';
import type { EntryHeader } from './entry-format.js';
import type { EntryReader, FoundHeader } from './entry-reader.js';
import type { EntryWriter } from './entry-writer.js';
import type { LimitKeeper } from './limit-keeper.js';
import type { StoreMaintenance } from './store-maintenance.js';

/** Entries removed between two turns of the event loop: about a millisecond's worth. */
const SLICE = 32;

export interface EvictorParts {
  readonly limits: StoreLimits;
  readonly keeper: LimitKeeper;
  readonly reader: EntryReader;
  readonly writer: EntryWriter;
  readonly maintenance: StoreMaintenance;
  readonly isInvalidated: (header: EntryHeader) => boolean;
  /** Told of each removal; whether there was anything to remove. */
  readonly onGone: (id: string, removed: FoundHeader) => boolean;
  readonly onEvicted: (header: EntryHeader) => void;
  readonly onExpired: (header: EntryHeader) => void;
}

/** Makes room: within the limits after a write, or on a disk that is full. Expired entries go first. */
export class Evictor {
  readonly #parts: EvictorParts;

  constructor(parts: EvictorParts) {
    this.#parts = parts;
  }

  /** Brings the store within its limits. @param writtenId the entry just written, never a victim */
  async enforceLimits(now: number, writtenId: string | undefined): Promise<void> {
    const { keeper, limits, maintenance } = this.#parts;
    const index = await keeper.upToDateIndex();
    if (!index.exceeds(limits)) return;
    await maintenance.removeExpired(index.expiredIds(now), now);
    // A cleanup that is at it right now leaves the entries in their grace.
    await this.#evictExpired(index, now, () => index.exceeds(limits));
    await this.#evict(await keeper.victims(index, now, writtenId));
  }

  /** Whether an entry fits within the limits, once what has expired is removed. */
  async fits(id: string, sizeBytes: number, now: number): Promise<boolean> {
    const { keeper, limits, maintenance } = this.#parts;
    if (!keeper.isNear({ totalEntries: 1, totalSizeBytes: sizeBytes })) return true;
    const index = await keeper.upToDateIndex();
    if (index.fits(id, sizeBytes, limits)) return true;
    await maintenance.removeExpired(index.expiredIds(now), now);
    return index.fits(id, sizeBytes, limits);
  }

  /** Frees room on a full disk for an entry of `sizeBytes`. */
  async freeSpace(id: string, sizeBytes: number, now: number): Promise<void> {
    const { keeper } = this.#parts;
    const index = await keeper.upToDateIndex();
    const bytesBefore = index.totals.totalSizeBytes;
    await this.#removeExpiredWithoutRoom(index, now);
    const freed = bytesBefore - index.totals.totalSizeBytes;
    if (freed > sizeBytes) return;
    await this.#evict(keeper.emergencyVictims(index, now, { id, sizeBytes: sizeBytes - freed }));
  }

  async #removeExpiredWithoutRoom(index: EntryIndex, now: number): Promise<void> {
    try {
      await this.#parts.maintenance.removeExpired(index.expiredIds(now), now);
    } catch {
      // The lock and the gate are files as well.
    }
    await this.#evictExpired(index, now, () => true);
  }

  /**
   * Removes what has expired or was invalidated as evictions do, with neither lock nor gate: what another process writes in the place of an
   * expired entry at this very moment may go with it.
   */
  async #evictExpired(index: EntryIndex, now: number, isNeeded: () => boolean): Promise<void> {
    const { reader, writer, isInvalidated, onGone, onExpired } = this.#parts;
    if (!isNeeded()) return;
    for (const id of index.expiredIds(now)) {
      if (!isNeeded()) return;
      if (index.get(id) === undefined) continue;
      const header = reader.header(id);
      if (header === undefined || header === 'unreadable') continue;
      const hasExpired = isExpired(header, now);
      if (!hasExpired && !(header.tags.length > 0 && isInvalidated(header))) {
        this.#parts.keeper.noteExtended(id, header);
        continue;
      }
      if (onGone(id, await writer.remove(id)) && hasExpired) onExpired(header);
    }
  }

  async #evict(ids: readonly string[]): Promise<void> {
    const { writer, onGone, onEvicted } = this.#parts;
    for (const [position, id] of ids.entries()) {
      if (position % SLICE === SLICE - 1) await yieldToEventLoop();
      const removed = await writer.remove(id);
      if (onGone(id, removed) && removed !== undefined && removed !== 'unreadable') onEvicted(removed);
    }
  }
}
