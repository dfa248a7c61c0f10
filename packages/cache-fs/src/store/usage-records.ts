import { existsSync, unlinkSync } from 'node:fs';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { type EntryUsage, MAX_FUTURE_MS } from '@glovebox/cache-core';
import { overwriteFile, readSmallFile } from '../safe-files.js';
import type { EntryHeader } from './entry-format.js';
import type { EntryReader } from './entry-reader.js';
import { ignoreMissing } from './faults.js';
import { metadataPath, type StorePaths } from './paths.js';

/** Records written between two turns of the event loop: about a millisecond's worth. */
const SLICE = 25;
/** Records in a row that can't be written before a flush gives up: the disk is full, not one record in the way. */
const MAX_FAILURES = 8;

/** A record holds the key and the tags. What is larger was not written here, or costs recency. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** What this process has seen of an entry since its record was last written. */
interface Pending {
  accessCount: number;
  lastAccessedAt: number;
  /** Of a write since the first of these reads: spares looking into the entry's file. */
  header: EntryHeader | undefined;
}

/**
 * The records in `metadata/`: how often and when entries were read, for eviction and for people who look. An entry that
 * was never read has none: its header says all there is to say, and a second file would double the cost of writing it.
 * Records are advisory: written in place and without a lock of their own, since a torn or lost one costs recency, never
 * an entry.
 */
export class UsageRecords {
  readonly #paths: StorePaths;
  readonly #reader: EntryReader;
  readonly #now: () => number;
  #pending = new Map<string, Pending>();
  /** What a flush under way has still to write. */
  #flushing: Map<string, Pending> | undefined;

  /** @param now epoch milliseconds */
  constructor(paths: StorePaths, reader: EntryReader, now: () => number) {
    this.#paths = paths;
    this.#reader = reader;
    this.#now = now;
  }

  get hasPending(): boolean {
    return this.#pending.size > 0;
  }

  noteRead(id: string, now: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) {
      this.#pending.set(id, { accessCount: 1, lastAccessedAt: now, header: undefined });
    } else {
      pending.accessCount++;
      pending.lastAccessedAt = now;
    }
  }

  noteWrite(id: string, header: EntryHeader): void {
    const pending = this.#pending.get(id);
    if (pending !== undefined) pending.header = header;
  }

  /** Forgets an entry that was removed, with its record. */
  noteRemoval(id: string): void {
    this.#pending.delete(id);
    this.#flushing?.delete(id);
    const path = metadataPath(this.#paths, id);
    // Many entries have no record yet, and an unlink that fails costs ten times this look.
    if (!existsSync(path)) return;
    try {
      ignoreMissing(() => unlinkSync(path));
    } catch {
      // Swept by the next cleanup.
    }
  }

  forgetAll(): void {
    this.#pending.clear();
    this.#flushing?.clear();
  }

  /** Reads of an entry so far, those of this process at once and those of others as of their last flush. */
  usageOf(id: string, createdAt: number): EntryUsage {
    const recorded = this.#read(id);
    const pending = this.#pending.get(id);
    const flushing = this.#flushing?.get(id);
    return {
      accessCount: (recorded?.accessCount ?? 0) + (pending?.accessCount ?? 0) + (flushing?.accessCount ?? 0),
      lastAccessedAt: Math.max(
        createdAt,
        recorded?.lastAccessedAt ?? 0,
        pending?.lastAccessedAt ?? 0,
        flushing?.lastAccessedAt ?? 0,
      ),
    };
  }

  /**
   * Adds what is pending to the records. The caller holds the `stats` lock, or does without exact counts between
   * processes. What could not be written stays pending.
   * @throws the first error of the file system, after the others have been written
   */
  async flush(): Promise<void> {
    const batch = this.#pending;
    this.#pending = new Map();
    this.#flushing = batch;
    const faults: unknown[] = [];
    let failuresInARow = 0;
    let written = 0;
    try {
      for (const [id, pending] of batch) {
        try {
          this.#write(id, pending);
          batch.delete(id);
          failuresInARow = 0;
        } catch (error) {
          faults.push(error);
          if (++failuresInARow >= MAX_FAILURES) break;
        }
        if (++written % SLICE === 0) await yieldToEventLoop();
      }
    } finally {
      this.#flushing = undefined;
      for (const [id, pending] of batch) this.#mergeBack(id, pending);
    }
    if (faults.length > 0) throw faults[0];
  }

  #mergeBack(id: string, older: Pending): void {
    const newer = this.#pending.get(id);
    if (newer === undefined) {
      this.#pending.set(id, older);
      return;
    }
    newer.accessCount += older.accessCount;
    newer.header ??= older.header;
  }

  #write(id: string, pending: Pending): void {
    const header = pending.header ?? this.#reader.header(id);
    // Removed meanwhile: a record without an entry would only be swept again.
    if (header === undefined || header === 'unreadable') return;
    const recorded = this.#read(id);
    const record = {
      key: header.key,
      generation: header.generation,
      sizeBytes: header.sizeBytes,
      createdAt: header.createdAt,
      lastAccessedAt: Math.max(header.createdAt, recorded?.lastAccessedAt ?? 0, pending.lastAccessedAt),
      accessCount: (recorded?.accessCount ?? 0) + pending.accessCount,
      ttlSeconds: header.ttlSeconds,
      expiresAt: header.expiresAt,
      tags: header.tags,
    };
    overwriteFile(metadataPath(this.#paths, id), `${JSON.stringify(record)}\n`);
  }

  #read(id: string): EntryUsage | undefined {
    const path = metadataPath(this.#paths, id);
    // Asking first costs a tenth of a read that fails.
    if (!existsSync(path)) return undefined;
    try {
      const record: unknown = JSON.parse(readSmallFile(path, MAX_RECORD_BYTES).toString('utf8'));
      if (typeof record !== 'object' || record === null) return undefined;
      const { accessCount, lastAccessedAt } = record as Partial<Record<keyof EntryUsage, unknown>>;
      if (!isCount(accessCount) || !isCount(lastAccessedAt)) return undefined;
      // Written under a wrong clock: it would keep the entry from being evicted until that time has come.
      const isFuture = lastAccessedAt > this.#now() + MAX_FUTURE_MS;
      return { accessCount, lastAccessedAt: isFuture ? 0 : lastAccessedAt };
    } catch {
      return undefined;
    }
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
