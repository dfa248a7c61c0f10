import { CacheError, type ValueEncoding } from '@glovebox/cache-core';
import { checksumText, crc32 } from './checksum.js';

/**
 * An entry file is one JSON document whose first line is the header:
 *
 * ```
 * {"entry":{"v":1,…,"checksum":"89abcdef"},
 * "value":…}
 * ```
 *
 * The checksum covers every byte but its own eight digits; the rest of the text is fixed and compared. So a flipped, cut
 * or added byte anywhere is found, and the fields of the header are as safe as the value.
 */
export interface EntryHeader {
  readonly v: 1;
  readonly key: string;
  /** Unique to the write that made the entry. */
  readonly generation: string;
  readonly createdAt: number;
  readonly ttlSeconds: number | null;
  readonly expiresAt: number | null;
  /** Until when the entry is kept after it has expired; none without it. */
  readonly graceUntil?: number | undefined;
  /** Whether reads extend the expiry, by a record beside the entry. */
  readonly sliding?: true | undefined;
  readonly tags: readonly string[];
  /** With tags: which invalidations came before the making of the entry. */
  readonly tagMark?: string | undefined;
  readonly encoding: ValueEncoding;
  /** Bytes of the value, without header. */
  readonly sizeBytes: number;
  /** Where the value is when it is not in the entry file. */
  readonly blob?: BlobReference;
}

interface BlobReference {
  /** File name in `data/blobs`. */
  readonly name: string;
  readonly checksum: string;
}

export interface ParsedEntry {
  readonly header: EntryHeader;
  /** JSON text of the value; `null` in an entry with a blob. */
  readonly valueText: string;
}

/** An entry with the text of its file: the same text needs no checksum again. */
export interface KnownEntry extends ParsedEntry {
  readonly text: string;
}

const START = '{"entry":';
const CHECKSUM_FIELD = ',"checksum":"';
const HEADER_END = '"},';
const VALUE_START = '"value":';
/** How the text of every entry file ends. */
export const ENTRY_END = '}\n';
const CHECKSUM_DIGITS = 8;
const BLOB_NAME = /^[0-9a-f]{32}\.[0-9a-z-]+$/;
/** From the comma before the checksum to the end of the header's line, line break excluded. */
const CHECKSUM_TAIL = CHECKSUM_FIELD.length + CHECKSUM_DIGITS + HEADER_END.length;

/** @param valueText JSON of the value, `null` if the header names a blob */
export function formatEntry(header: EntryHeader, valueText: string): string {
  // The header's closing brace comes after the checksum.
  const fields = START + JSON.stringify(header).slice(0, -1);
  const checksum = crc32(valueText, crc32(fields));
  return `${fields}${CHECKSUM_FIELD}${checksumText(checksum)}${HEADER_END}\n${VALUE_START}${valueText}${ENTRY_END}`;
}

/** The entry of a text that {@link formatEntry} has made. */
export function knownEntry(text: string, header: EntryHeader): KnownEntry {
  return { text, header, valueText: text.slice(text.indexOf('\n') + 1 + VALUE_START.length, -ENTRY_END.length) };
}

/** Whether a value of this encoding is text; others are bytes, which stand in the entry file as base64. */
export function isTextEncoding(encoding: ValueEncoding): boolean {
  return encoding === 'json' || encoding === 'tagged';
}

/**
 * `undefined` for an entry of a newer version of the format.
 * @throws CacheError `CACHE_CORRUPT_ENTRY` for anything that {@link formatEntry} has not written
 */
export function parseEntry(text: string): ParsedEntry | undefined {
  const lineEnd = text.indexOf('\n');
  const fieldsEnd = lineEnd - CHECKSUM_TAIL;
  if (fieldsEnd < START.length || !text.startsWith(START)) throw corrupt('has no header');
  const fields = text.slice(0, fieldsEnd);
  const checksumStart = fieldsEnd + CHECKSUM_FIELD.length;
  const checksumEnd = checksumStart + CHECKSUM_DIGITS;
  const valueStart = lineEnd + 1 + VALUE_START.length;
  if (
    !text.startsWith(CHECKSUM_FIELD, fieldsEnd) ||
    !text.startsWith(HEADER_END, checksumEnd) ||
    !text.startsWith(VALUE_START, lineEnd + 1) ||
    !text.endsWith(ENTRY_END) ||
    valueStart > text.length - ENTRY_END.length
  ) {
    throw corrupt('is cut or changed');
  }
  const valueText = text.slice(valueStart, text.length - ENTRY_END.length);
  if (checksumText(crc32(valueText, crc32(fields))) !== text.slice(checksumStart, checksumEnd)) {
    throw corrupt('does not match its checksum');
  }
  const header = parseHeader(`${fields.slice(START.length)}}`);
  return header && { header, valueText };
}

/** The checksum has shown that nothing changed by accident: what is left to tell is the version, and whether this library wrote it. */
function parseHeader(text: string): EntryHeader | undefined {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw corrupt('has a header that is not JSON');
  }
  if (typeof header !== 'object' || header === null || !('v' in header)) throw corrupt('has no version');
  if (header.v !== 1) return undefined;
  if (!isHeader(header)) throw corrupt('has a header with wrong fields');
  return header;
}

function isHeader(value: object): value is EntryHeader {
  const header: Partial<Record<keyof EntryHeader, unknown>> = value;
  return (
    typeof header.key === 'string' &&
    typeof header.generation === 'string' &&
    Number.isFinite(header.createdAt) &&
    isNumberOrNull(header.ttlSeconds) &&
    isNumberOrNull(header.expiresAt) &&
    (header.graceUntil === undefined || typeof header.graceUntil === 'number') &&
    Array.isArray(header.tags) &&
    header.tags.every((tag) => typeof tag === 'string') &&
    (header.tagMark === undefined || typeof header.tagMark === 'string') &&
    (header.sliding === undefined || header.sliding === true) &&
    typeof header.encoding === 'string' &&
    Number.isSafeInteger(header.sizeBytes) &&
    (header.blob === undefined || isBlobReference(header.blob))
  );
}

function isBlobReference(value: unknown): value is BlobReference {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('checksum' in value)) return false;
  // What is no name of a blob could be a path to somewhere else.
  return typeof value.name === 'string' && BLOB_NAME.test(value.name) && typeof value.checksum === 'string';
}

function isNumberOrNull(value: unknown): value is number | null {
  // JSON has no infinity, but 1e999 is read as one.
  return value === null || Number.isFinite(value);
}

function corrupt(what: string): CacheError {
  return new CacheError('CACHE_CORRUPT_ENTRY', `the entry file ${what}`);
}
