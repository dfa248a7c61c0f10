import { createHash } from 'node:crypto';
import { CacheError, type EncodedValue, type StoredEntry } from '@glovebox/cache-core';

/** Begins every text; what begins otherwise was not written here, or by a later version. */
const MARK = 'glovebox1 ';
/** 128 bits as base64url. */
const CHECKSUM_LENGTH = 22;

interface Header extends Pick<StoredEntry, 'sizeBytes' | 'createdAt' | 'ttlSeconds' | 'expiresAt' | 'tags'> {
  readonly key: string;
  readonly encoding: EncodedValue['encoding'];
  readonly graceUntil?: number | undefined;
}

/** An entry with its key. */
export interface KeyedEntry extends StoredEntry {
  readonly key: string;
}

/** An entry as one text: mark, checksum, header as a line of JSON, and the value; bytes are written as base64. */
export function writeText(key: string, entry: StoredEntry): string {
  const { encoding, data } = entry.payload;
  const { sizeBytes, createdAt, ttlSeconds, expiresAt, tags, graceUntil } = entry;
  const header: Header = { key, encoding, sizeBytes, createdAt, ttlSeconds, expiresAt, tags, graceUntil };
  const value = typeof data === 'string' ? data : Buffer.from(data).toString('base64');
  const body = `${JSON.stringify(header)}\n${value}`;
  return `${MARK}${checksumOf(body)} ${body}`;
}

/**
 * The entry of a text, whatever key it was found under; `undefined` for what others wrote.
 * @throws CacheError `CACHE_CORRUPT_ENTRY`
 */
export function readText(text: unknown): KeyedEntry | undefined {
  if (typeof text !== 'string' || !text.startsWith(MARK)) return undefined;
  const checksum = text.slice(MARK.length, MARK.length + CHECKSUM_LENGTH);
  const body = text.slice(MARK.length + CHECKSUM_LENGTH + 1);
  if (checksumOf(body) !== checksum) {
    throw new CacheError('CACHE_CORRUPT_ENTRY', 'the text of an entry is not what was written');
  }
  const end = body.indexOf('\n');
  const { encoding, ...header }: Header = JSON.parse(body.slice(0, end));
  const value = body.slice(end + 1);
  const isText = encoding === 'json' || encoding === 'tagged';
  return {
    ...header,
    payload: { encoding, data: isText ? value : Buffer.from(value, 'base64') },
    accessCount: 0,
    lastAccessedAt: header.createdAt,
  };
}

function checksumOf(body: string): string {
  return createHash('sha256').update(body).digest('base64url').slice(0, CHECKSUM_LENGTH);
}
