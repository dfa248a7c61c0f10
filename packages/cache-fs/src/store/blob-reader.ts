import { close, fstat, open, read, type Stats } from 'node:fs';
import { type ByteReader, CacheError } from '@glovebox/cache-core';
import { nodeModule } from '../node-module.js';
import { isNotAFile, OPEN_READ } from '../safe-files.js';
import { type BlobChunks, CHUNK_BYTES } from './blob-chunks.js';
import { BlobMac } from './checksum.js';
import type { EntryHeader } from './entry-format.js';
import { isMissing } from './faults.js';

/**
 * Parts that a piece is given out in, each with memory of its own, which only the garbage collector frees. It goes by the
 * objects more than by the bytes: with parts of 64 KiB a gigabyte took 75 MB in the end, with these a third of it.
 */
const PART_BYTES = 8 * 1024;

const { promisify } = nodeModule('node:util');
const openFile: (path: string, flags: number) => Promise<number> = promisify(open);
const statFile: (fd: number) => Promise<Stats> = promisify(fstat);

/** A blob that stays what it is for as long as it is held, whoever removes it meanwhile. */
class HeldFile {
  readonly fd: number;
  #isClosed = false;

  constructor(fd: number) {
    this.fd = fd;
  }

  /** A fault has nobody to be told to, and there is nothing to be done. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await new Promise((resolve) => close(this.fd, resolve));
  }
}

/** Of readers that were left lying, neither read to the end nor closed. */
const leftBehind = new FinalizationRegistry<HeldFile>((file) => void file.close());

/** Reads a blob that is held open, and gives out no piece before it was verified. */
export class BlobReader implements ByteReader {
  readonly #file: HeldFile;
  readonly #key: string;
  readonly #sizeBytes: number;
  readonly #checksum: string;
  readonly #chunks: BlobChunks | undefined;
  readonly #chunkBytes: number;
  /** Of what was given out, where pieces have no checksums. */
  readonly #mac: BlobMac | undefined;
  /** How far the file was read. */
  #position = 0;
  /** What was read and verified, and how much of it was given out; used again for the next piece. */
  #chunk: Buffer | undefined;
  #filled = 0;
  #given = 0;
  #reading: Promise<unknown> | undefined;

  /**
   * `undefined` if the blob is gone: then the entry was replaced, or is damaged.
   * @throws CacheError `CACHE_CORRUPT_ENTRY` for something else than a file of the blob's size; the system's error
   */
  static async open(
    path: string,
    header: EntryHeader,
    chunks: BlobChunks | undefined,
  ): Promise<BlobReader | undefined> {
    const fd = await openFile(path, OPEN_READ).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw isNotAFile(error) ? corrupt(header.key, 'is not what was written') : error;
    });
    if (fd === undefined) return undefined;
    const file = new HeldFile(fd);
    try {
      const stats = await statFile(fd);
      if (!stats.isFile() || stats.size !== header.sizeBytes) throw corrupt(header.key, 'is not what was written');
      return new BlobReader(file, header, chunks);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private constructor(file: HeldFile, { key, sizeBytes, blob }: EntryHeader, chunks: BlobChunks | undefined) {
    this.#file = file;
    this.#key = key;
    this.#sizeBytes = sizeBytes;
    this.#checksum = blob?.checksum ?? '';
    this.#chunks = chunks;
    this.#chunkBytes = chunks?.chunkBytes ?? CHUNK_BYTES;
    this.#mac = chunks === undefined ? new BlobMac() : undefined;
    leftBehind.register(this, file, this);
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.#given === this.#filled) {
      this.#reading = this.#readChunk();
      await this.#reading;
    }
    if (this.#chunk === undefined || this.#filled === 0) return undefined;
    const part = this.#chunk.subarray(this.#given, Math.min(this.#given + PART_BYTES, this.#filled));
    this.#given += part.byteLength;
    return Buffer.from(part);
  }

  /** After the read under way: it must not read from another file that has got the descriptor's number. */
  async close(): Promise<void> {
    await this.#reading?.catch(() => {});
    leftBehind.unregister(this);
    await this.#file.close();
  }

  /** Whether all bytes are those that were written. A piece at a time, and without moving on. */
  async isIntact(): Promise<boolean> {
    const mac = new BlobMac();
    const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, this.#sizeBytes));
    for (let position = 0; position < this.#sizeBytes; position += CHUNK_BYTES) {
      const piece = chunk.subarray(0, Math.min(CHUNK_BYTES, this.#sizeBytes - position));
      await this.#fill(piece, position);
      mac.update(piece);
    }
    return mac.digest() === this.#checksum;
  }

  /** Fills the chunk with the next piece, with nothing at the end. */
  async #readChunk(): Promise<void> {
    const position = this.#position;
    const length = Math.min(this.#chunkBytes, this.#sizeBytes - position);
    this.#filled = 0;
    this.#given = 0;
    if (length === 0) return;
    // Its pieces have no checksums: all of it is read before any of it is given out.
    if (position === 0 && this.#chunks === undefined && !(await this.isIntact())) throw this.#mismatch();
    this.#chunk ??= Buffer.allocUnsafeSlow(length);
    const chunk = this.#chunk.subarray(0, length);
    await this.#fill(chunk, position);
    this.#position += length;
    if (this.#chunks?.isIntact(position / this.#chunkBytes, chunk) === false) throw this.#mismatch();
    this.#mac?.update(chunk);
    // Changed since it was verified: the last piece must not look like an end.
    if (this.#position === this.#sizeBytes && this.#mac !== undefined && this.#mac.digest() !== this.#checksum) {
      throw this.#mismatch();
    }
    this.#filled = length;
  }

  async #fill(chunk: Buffer, position: number): Promise<void> {
    for (let filled = 0; filled < chunk.byteLength; ) {
      const count = await this.#readAt(chunk, filled, position + filled);
      if (count === 0) throw corrupt(this.#key, 'is cut');
      filled += count;
    }
  }

  #readAt(chunk: Buffer, start: number, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      read(this.#file.fd, chunk, start, chunk.byteLength - start, position, (error, count) => {
        if (error === null) resolve(count);
        else reject(error);
      });
    });
  }

  #mismatch(): CacheError {
    return corrupt(this.#key, 'does not match its checksum');
  }
}

function corrupt(key: string, what: string): CacheError {
  return new CacheError('CACHE_CORRUPT_ENTRY', `the blob of the entry ${what}`, { key });
}
