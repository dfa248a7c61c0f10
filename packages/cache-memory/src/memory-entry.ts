import { type CacheMetadata, type Codec, isExpired, type StoredEntry } from '@glovebox/cache-core';
import type { ExpiryTicket } from './expiry-schedule.js';
import type { FrequencyGroup } from './lfu-table.js';
import type { TagCell } from './tag-index.js';

/** An entry as it is held: what was written, how often it was read, and its places in the structures that order it. */
export class MemoryEntry implements StoredEntry<unknown> {
  readonly key: string;
  readonly payload: unknown;
  readonly createdAt: number;
  readonly ttlSeconds: number | null;
  expiresAt: number | null;
  readonly tags: readonly string[];
  graceUntil: number | undefined;
  readonly isSliding: boolean | undefined;
  accessCount: number;
  lastAccessedAt: number;

  /** Neighbours in the list of the table that holds the entry. */
  previous: MemoryEntry | undefined = undefined;
  next: MemoryEntry | undefined = undefined;
  /** What the table's eviction order notes. */
  orderState = 0;
  /** Entries read equally often; only under the policy `lfu`. */
  group: FrequencyGroup | undefined = undefined;
  /** Only entries with a time to live have one. */
  ticket: ExpiryTicket | undefined = undefined;
  /** A cell for each tag; only entries with tags have any. */
  tagCells: readonly TagCell[] | undefined = undefined;
  /** Whether the size is part of the ledger's total. */
  isCounted = false;

  readonly #codec: Codec<unknown>;
  #sizeBytes = -1;

  constructor(key: string, written: StoredEntry<unknown>, accessCount: number, codec: Codec<unknown>) {
    this.key = key;
    this.payload = written.payload;
    this.createdAt = written.createdAt;
    this.ttlSeconds = written.ttlSeconds;
    this.expiresAt = written.expiresAt;
    this.tags = written.tags;
    this.graceUntil = written.graceUntil;
    this.isSliding = written.isSliding;
    this.accessCount = accessCount;
    this.lastAccessedAt = written.lastAccessedAt;
    this.#codec = codec;
  }

  get isInvalidated(): boolean {
    return this.tagCells?.some((cell) => cell.isInvalidated) === true;
  }

  /** Computed when somebody first asks, unless it is known. */
  get sizeBytes(): number {
    if (this.#sizeBytes < 0) this.#sizeBytes = this.#codec.sizeOf(this.payload);
    return this.#sizeBytes;
  }

  set sizeBytes(known: number) {
    this.#sizeBytes = known;
  }
}

/** Metadata for listings, most of whose readers want keys and dates only: the size is computed when asked for. */
export class EntryMetadata implements CacheMetadata {
  readonly #entry: MemoryEntry;
  readonly #now: number;

  /** @param now epoch milliseconds */
  constructor(entry: MemoryEntry, now: number) {
    this.#entry = entry;
    this.#now = now;
  }

  get isInvalidated(): boolean {
    return this.#entry.isInvalidated;
  }

  get key(): string {
    return this.#entry.key;
  }

  get sizeBytes(): number {
    return this.#entry.sizeBytes;
  }

  get createdAt(): number {
    return this.#entry.createdAt;
  }

  get lastAccessedAt(): number {
    return this.#entry.lastAccessedAt;
  }

  get accessCount(): number {
    return this.#entry.accessCount;
  }

  get ttlSeconds(): number | null {
    return this.#entry.ttlSeconds;
  }

  get expiresAt(): number | null {
    return this.#entry.expiresAt;
  }

  get tags(): readonly string[] {
    return this.#entry.tags;
  }

  get ageSeconds(): number {
    return Math.max(0, this.#now - this.#entry.createdAt) / 1_000;
  }

  get isExpired(): boolean {
    return isExpired(this.#entry, this.#now);
  }
}
