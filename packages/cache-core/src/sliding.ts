import type { StoredEntry } from './types.js';

/** Share of the ttl that an expiry moves by at least, where moving it means writing. */
const LEAST_STEP = 0.1;

/**
 * When a sliding entry expires that is read at `now`, epoch milliseconds; `undefined` if it does not move, or by too
 * little to be written.
 */
export function slidExpiry(
  { isSliding, ttlSeconds, expiresAt }: Pick<StoredEntry<unknown>, 'isSliding' | 'ttlSeconds' | 'expiresAt'>,
  now: number,
): number | undefined {
  if (isSliding !== true || ttlSeconds === null || expiresAt === null) return undefined;
  const ttlMs = Math.max(1, Math.round(ttlSeconds * 1_000));
  const slid = now + ttlMs;
  return slid - expiresAt >= Math.max(1, ttlMs * LEAST_STEP) ? slid : undefined;
}

/** The entry with another expiry; its grace is as long as before. */
export function withExpiry<P>(entry: StoredEntry<P>, expiresAt: number): StoredEntry<P> {
  const { payload, sizeBytes, createdAt, ttlSeconds, tags, accessCount, lastAccessedAt } = entry;
  const { isSliding, tagMark, version } = entry;
  const graceUntil =
    entry.graceUntil === undefined || entry.expiresAt === null
      ? undefined
      : entry.graceUntil - entry.expiresAt + expiresAt;
  const dates = { createdAt, ttlSeconds, expiresAt, graceUntil, lastAccessedAt };
  return { payload, sizeBytes, ...dates, tags, accessCount, isSliding, tagMark, version };
}
