import type { Sample } from './samples.js';

/** Share of its ttl by which a sliding entry may expire early. */
const LONGEST_UNRECORDED = 0.1;

/** What is written: all of an entry that the writer decides. */
export interface Writing {
  readonly sample: Sample;
  /** `undefined`: the default of the cache. */
  readonly ttlSeconds: number | null | undefined;
  readonly tags: readonly string[];
  readonly graceMs: number;
  readonly isSliding: boolean;
}

export interface ModelEntry {
  /** See `idOf`. */
  readonly id: string;
  readonly sample: Sample;
  readonly sizeBytes: number;
  readonly createdAt: number;
  readonly ttlSeconds: number | null;
  readonly expiresAt: number;
  readonly tags: readonly string[];
  /** 0 for an entry without grace. */
  readonly graceMs: number;
  readonly isSliding: boolean;
  /** The expiry before the last read, as long as it may be in force still: the read need not have been recorded. */
  readonly unextendedExpiresAt: number | undefined;
  readonly accessCount: number;
  readonly lastAccessedAt: number;
  /** `false` after a restart of a backend that keeps no usage: what it says then is taken over, once. */
  readonly isUsageKnown: boolean;
  /** One of its tags was invalidated: a miss for good, and not counted when it goes, unless its ttl is over by then. */
  readonly isInvalidated: boolean;
}

/** What a read makes of the expiry: a step that is short beside the ttl may be left out. */
export function extended(entry: ModelEntry, now: number): ModelEntry {
  const { isSliding, ttlSeconds, expiresAt } = entry;
  if (!isSliding || ttlSeconds === null) return entry;
  const ttlMs = ttlSeconds * 1_000;
  const stepMs = now + Math.round(ttlMs) - expiresAt;
  if (stepMs <= 0) return entry;
  return {
    ...entry,
    expiresAt: expiresAt + stepMs,
    unextendedExpiresAt: stepMs <= ttlMs * LONGEST_UNRECORDED ? expiresAt : undefined,
  };
}

export function bytesOf(entries: Iterable<ModelEntry>): number {
  let bytes = 0;
  for (const { sizeBytes } of entries) bytes += sizeBytes;
  return bytes;
}
