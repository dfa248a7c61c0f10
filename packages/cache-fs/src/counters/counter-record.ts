import { type CacheCounters, COUNTER_NAMES, createCounters } from '@glovebox/cache-core';
import { type ProcessIdentity, parseIdentity } from '../process-identity.js';

/**
 * The file of one writer:
 *
 * | bytes | content |
 * | --- | --- |
 * | 0–3 | magic |
 * | 4–7 | version |
 * | 8–11 | checksum of the block's other words |
 * | 12–15 | state: 0 open, 1 closed |
 * | 16– | the counters, then the entries and bytes that the writer added, as float64 of the machine's byte order |
 * | 128–1023 | the writer's identity as JSON, padded with spaces |
 *
 * The block before the identity is rewritten as a whole at every count. Linux copies it into the page cache under no lock
 * that readers take: with a writer and a reader in tight loops, one read in some thousands saw parts of two writes on
 * ext4. The checksum tells, and the reader looks again.
 */
export const RECORD_BYTES = 1024;
const IDENTITY_OFFSET = 128;

const MAGIC = 0x47_42_58_43;
const VERSION = 1;
const MAGIC_WORD = 0;
const VERSION_WORD = 1;
const CHECKSUM_WORD = 2;
const STATE_WORD = 3;
const CLOSED = 1;
const FIRST_FLOAT = 2;
const ENTRIES_FLOAT = FIRST_FLOAT + COUNTER_NAMES.length;
const BYTES_FLOAT = ENTRIES_FLOAT + 1;
const BLOCK_FLOATS = BYTES_FLOAT + 1;

export const BLOCK_BYTES = BLOCK_FLOATS * 8;

/** What a writer has counted. Entries and bytes may be below zero: it may remove what others wrote. */
export interface WriterTotals {
  readonly counters: CacheCounters;
  readonly entries: number;
  readonly bytes: number;
}

/** The block that a writer keeps and rewrites: made once, so that counting allocates nothing. */
export class CounterBlock {
  /** What stands in the file. */
  readonly bytes: Uint8Array;
  readonly #floats = new Float64Array(BLOCK_FLOATS);
  readonly #words: Uint32Array;

  constructor() {
    this.#words = new Uint32Array(this.#floats.buffer);
    this.bytes = new Uint8Array(this.#floats.buffer);
    this.#words[MAGIC_WORD] = MAGIC;
    this.#words[VERSION_WORD] = VERSION;
  }

  /** Takes over the numbers. */
  fill(counters: Readonly<CacheCounters>, entries: number, bytes: number): void {
    this.#floats.set(counters, FIRST_FLOAT);
    this.#floats[ENTRIES_FLOAT] = entries;
    this.#floats[BYTES_FLOAT] = bytes;
    this.#words[CHECKSUM_WORD] = checksum(this.#words);
  }

  /** Says that nothing will be added any more. */
  markClosed(): void {
    this.#words[STATE_WORD] = CLOSED;
    this.#words[CHECKSUM_WORD] = checksum(this.#words);
  }
}

/** What a writer's file holds. */
export interface WriterRecord extends WriterTotals {
  /** `undefined` if that part is damaged: then nobody can tell whether the writer lives. */
  readonly identity: ProcessIdentity | undefined;
  readonly isClosed: boolean;
}

/** A whole file. */
export function encodeRecord(block: CounterBlock, identity: ProcessIdentity): Uint8Array {
  const record = Buffer.alloc(RECORD_BYTES, ' ');
  record.fill(0, 0, IDENTITY_OFFSET);
  record.set(block.bytes, 0);
  record.write(JSON.stringify(identity), IDENTITY_OFFSET, 'utf8');
  record[RECORD_BYTES - 1] = 0x0a;
  return record;
}

/** `undefined` when the block is torn, cut, foreign or of another version. */
export function decodeRecord(record: Uint8Array): WriterRecord | undefined {
  if (record.length < BLOCK_BYTES) return undefined;
  // Copied, since a view of floats must begin at a multiple of 8.
  const floats = new Float64Array(BLOCK_FLOATS);
  const words = new Uint32Array(floats.buffer);
  new Uint8Array(floats.buffer).set(record.subarray(0, BLOCK_BYTES));
  if (words[MAGIC_WORD] !== MAGIC || words[VERSION_WORD] !== VERSION) return undefined;
  if (words[CHECKSUM_WORD] !== checksum(words)) return undefined;
  if (!floats.subarray(FIRST_FLOAT).every(isPossible)) return undefined;
  return {
    ...totalsIn(floats),
    identity: decodeIdentity(record.subarray(IDENTITY_OFFSET)),
    isClosed: words[STATE_WORD] === CLOSED,
  };
}

/** Nothing that counts comes near this, and a few thousand such numbers still add up to a finite one. */
function isPossible(value: number): boolean {
  return Math.abs(value) <= 2 ** 63;
}

function totalsIn(floats: Float64Array): WriterTotals {
  const counters = createCounters();
  counters.set(floats.subarray(FIRST_FLOAT, ENTRIES_FLOAT));
  return { counters, entries: floats[ENTRIES_FLOAT] ?? 0, bytes: floats[BYTES_FLOAT] ?? 0 };
}

function decodeIdentity(bytes: Uint8Array): ProcessIdentity | undefined {
  try {
    return parseIdentity(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return undefined;
  }
}

/** FNV-1a over 32-bit words: it has to tell a torn block, not an attacker's. */
function checksum(words: Uint32Array): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < words.length; index++) {
    if (index === CHECKSUM_WORD) continue;
    hash = Math.imul(hash ^ (words[index] ?? 0), 0x01000193);
    // Whole numbers change only the upper bits of a float64, which multiplying never brings down.
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}
