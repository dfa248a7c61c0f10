import type { EncodedValue, StoredEntry } from '@glovebox/cache-core';

/** Bytes in a file that are not in memory. */
export class UnreadBytes {
  readonly encoding: 'uint8array' | 'buffer';
  readonly sizeBytes: number;

  constructor(encoding: 'uint8array' | 'buffer', sizeBytes: number) {
    this.encoding = encoding;
    this.sizeBytes = sizeBytes;
  }
}

/** Bytes that were written to a file that no entry names yet. */
export class StagedBytes extends UnreadBytes {
  readonly path: string;
  readonly checksum: string;
  /** What the entry's file says of the pieces. */
  readonly chunksText: string;

  constructor(fields: { path: string; sizeBytes: number; checksum: string; chunksText: string }) {
    super('buffer', fields.sizeBytes);
    this.path = fields.path;
    this.checksum = fields.checksum;
    this.chunksText = fields.chunksText;
  }
}

/** What an entry has as its payload: mostly the value itself. */
export type StoredPayload = EncodedValue | UnreadBytes;

export function isInMemory(entry: StoredEntry<StoredPayload>): entry is StoredEntry {
  return !(entry.payload instanceof UnreadBytes);
}
