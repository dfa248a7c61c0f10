import { nodeModule } from './node-module.js';
import type { CacheMetadata, Codec, StoredEntry } from './types.js';

/** An entry dated further ahead than this was written under a wrong clock, and is a miss. */
export const MAX_FUTURE_MS = 60_000;

/** What the caller decides of an entry. */
export interface EntrySettings {
  readonly ttlSeconds: number | null;
  readonly tags: readonly string[];
  /** How long the expired entry is kept. */
  readonly graceMs: number;
  readonly isSliding: boolean;
}

/** An entry on its way into a store: its size is computed when somebody asks. */
export class NewEntry<P> implements StoredEntry<P> {
  readonly payload: P;
  readonly createdAt: number;
  readonly ttlSeconds: number | null;
  readonly expiresAt: number | null;
  readonly tags: readonly string[];
  readonly accessCount: number;
  readonly lastAccessedAt: number;
  readonly graceUntil: number | undefined;
  readonly isSliding: boolean | undefined;
  readonly tagMark: unknown;
  readonly #codec: Codec<P>;
  #sizeBytes = -1;

  constructor(codec: Codec<P>, payload: P, createdAt: number, settings: EntrySettings, tagMark: unknown) {
    const { ttlSeconds, tags, graceMs, isSliding } = settings;
    this.#codec = codec;
    this.payload = payload;
    this.createdAt = createdAt;
    this.ttlSeconds = ttlSeconds;
    this.expiresAt = expiryOf(createdAt, ttlSeconds);
    this.tags = tags;
    this.accessCount = 0;
    this.lastAccessedAt = createdAt;
    this.graceUntil = this.expiresAt === null || graceMs === 0 ? undefined : this.expiresAt + graceMs;
    this.isSliding = isSliding && this.expiresAt !== null ? true : undefined;
    this.tagMark = tagMark;
  }

  get sizeBytes(): number {
    if (this.#sizeBytes < 0) this.#sizeBytes = this.#codec.sizeOf(this.payload);
    return this.#sizeBytes;
  }
}

/** The first instant at which the entry is expired, in whole epoch milliseconds. */
export function expiryOf(createdAt: number, ttlSeconds: number | null): number | null {
  return ttlSeconds === null ? null : createdAt + Math.max(1, Math.round(ttlSeconds * 1_000));
}

export function isExpired(entry: { readonly expiresAt: number | null }, now: number): boolean {
  return entry.expiresAt !== null && now >= entry.expiresAt;
}

/** Whether a cleanup may remove the entry: it has expired, and nobody was promised to find it after that. */
export function isOverdue(
  entry: { readonly expiresAt: number | null; readonly graceUntil?: number | undefined },
  now: number,
): boolean {
  return isExpired(entry, now) && (entry.graceUntil === undefined || now >= entry.graceUntil);
}

/** Whether a read may return the entry: neither expired nor dated beyond what clocks differ by. */
export function isLive(entry: { readonly expiresAt: number | null; readonly createdAt: number }, now: number): boolean {
  return !isExpired(entry, now) && entry.createdAt <= now + MAX_FUTURE_MS;
}

/** Whether two reads found the entry of one write, not extended meanwhile. */
export function isSameEntry(a: StoredEntry<unknown> | undefined, b: StoredEntry<unknown> | undefined): boolean {
  if (a === b || a === undefined || b === undefined) return a === b;
  if (a.version !== undefined && b.version !== undefined) return a.version === b.version;
  const { isDeepStrictEqual } = nodeModule('node:util');
  return a.createdAt === b.createdAt && a.expiresAt === b.expiresAt && isDeepStrictEqual(a.payload, b.payload);
}

/** How often and when last a key was read. */
export interface EntryUsage {
  readonly accessCount: number;
  readonly lastAccessedAt: number;
}

/** The metadata of an entry as seen at `now`. */
export function describeEntry(
  key: string,
  entry: Omit<StoredEntry<unknown>, 'payload'>,
  usage: EntryUsage,
  now: number,
): CacheMetadata {
  return {
    key,
    sizeBytes: entry.sizeBytes,
    createdAt: entry.createdAt,
    lastAccessedAt: usage.lastAccessedAt,
    accessCount: usage.accessCount,
    ttlSeconds: entry.ttlSeconds,
    expiresAt: entry.expiresAt,
    tags: [...entry.tags],
    ageSeconds: Math.max(0, now - entry.createdAt) / 1_000,
    isExpired: isExpired(entry, now),
  };
}
