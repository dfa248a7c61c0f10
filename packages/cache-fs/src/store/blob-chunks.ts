import { CacheError } from '@glovebox/cache-core';
import { blobChecksum } from './checksum.js';

/** Pieces of a blob that are written, read and verified at once. */
export const CHUNK_BYTES = 256 * 1024;

const CHECKSUM_BYTES = 16;

/** Checksums of a blob's pieces, in the place of the value in its entry file: `{"chunkBytes":…,"checksums":"<base64>"}`. */
export class BlobChunks {
  readonly chunkBytes: number;
  readonly #checksums: Buffer;

  /**
   * @param valueText from an entry file whose checksum is right
   * @returns `undefined` for a blob that was written in one piece
   * @throws CacheError `CACHE_CORRUPT_ENTRY`
   */
  static parse(valueText: string, sizeBytes: number): BlobChunks | undefined {
    if (valueText === 'null') return undefined;
    let table: unknown;
    try {
      table = JSON.parse(valueText);
    } catch {
      // Told below.
    }
    if (typeof table === 'object' && table !== null && 'chunkBytes' in table && 'checksums' in table) {
      const { chunkBytes, checksums } = table;
      if (typeof chunkBytes === 'number' && chunkBytes > 0 && typeof checksums === 'string') {
        const bytes = Buffer.from(checksums, 'base64');
        if (bytes.byteLength === Math.ceil(sizeBytes / chunkBytes) * CHECKSUM_BYTES) {
          return new BlobChunks(chunkBytes, bytes);
        }
      }
    }
    throw new CacheError('CACHE_CORRUPT_ENTRY', 'the entry file has wrong checksums of its pieces');
  }

  private constructor(chunkBytes: number, checksums: Buffer) {
    this.chunkBytes = chunkBytes;
    this.#checksums = checksums;
  }

  isIntact(index: number, chunk: Uint8Array): boolean {
    const start = index * CHECKSUM_BYTES;
    return blobChecksum(chunk) === this.#checksums.toString('hex', start, start + CHECKSUM_BYTES);
  }
}

/** @param checksums of all pieces, in hexadecimal digits */
export function formatChunks(checksums: readonly string[]): string {
  return JSON.stringify({
    chunkBytes: CHUNK_BYTES,
    checksums: Buffer.from(checksums.join(''), 'hex').toString('base64'),
  });
}
