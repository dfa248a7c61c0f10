import { futimesSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ByteStage, EncodedValue } from '@glovebox/cache-core';
import { FILE_MODE, fileSystemNow } from '../safe-files.js';
import { ignoreErrors } from '../system-error.js';
import { CHUNK_BYTES, formatChunks } from './blob-chunks.js';
import { BlobMac, blobChecksum } from './checksum.js';
import type { Staging } from './staging.js';
import { StagedBytes, type StoredPayload } from './stored-payload.js';

/** A cleanup takes a file for abandoned that nobody has touched for ten times as long. */
const SIGN_OF_LIFE_MS = 60_000;

export interface BlobStageParts {
  /** Never used before, in the staging folder; begins with no entry's id, for which a cleanup would wait. */
  readonly path: string;
  readonly staging: Staging;
  /** Mends what made a write fail, once, or throws the error: evicts if the disk is full, makes the folder again. */
  readonly recover: (error: unknown, sizeBytes: number) => Promise<void>;
}

/**
 * Takes bytes on their way to a blob, a piece at a time: what is in memory is one piece. The file gets the name of a blob
 * only when it is whole, and so is for as long as that takes in the way of no cleanup; its owner shows it signs of life,
 * however long its source has nothing to give.
 */
export class BlobStage implements ByteStage<StoredPayload> {
  readonly #parts: BlobStageParts;
  readonly #mac = new BlobMac();
  readonly #checksums: string[] = [];
  #chunk: Buffer | undefined;
  #filled = 0;
  #sizeBytes = 0;
  #file: FileHandle | undefined;
  #hasRecovered = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: BlobStageParts) {
    this.#parts = parts;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.byteLength; ) {
      if (this.#filled === CHUNK_BYTES) await this.#writeChunk();
      // A copy: checksum and file must be of the same bytes, whoever else can change them.
      this.#chunk ??= Buffer.allocUnsafeSlow(CHUNK_BYTES);
      const length = Math.min(CHUNK_BYTES - this.#filled, bytes.byteLength - start);
      this.#chunk.set(bytes.subarray(start, start + length), this.#filled);
      this.#filled += length;
      start += length;
    }
  }

  /** What fits into one piece is written as any other value. */
  async finish(): Promise<StoredPayload> {
    if (this.#file === undefined) {
      const payload: EncodedValue = {
        encoding: 'buffer',
        data: this.#chunk?.subarray(0, this.#filled) ?? new Uint8Array(),
      };
      return payload;
    }
    await this.#writeChunk();
    await this.#parts.staging.syncFile(this.#file);
    await this.#close();
    return new StagedBytes({
      path: this.#parts.path,
      sizeBytes: this.#sizeBytes,
      checksum: this.#mac.digest(),
      chunksText: formatChunks(this.#checksums),
    });
  }

  async discard(): Promise<void> {
    this.#chunk = undefined;
    try {
      await this.#close();
    } finally {
      this.#parts.staging.discard(this.#parts.path);
    }
  }

  async #writeChunk(): Promise<void> {
    const chunk = this.#chunk?.subarray(0, this.#filled) ?? new Uint8Array();
    this.#mac.update(chunk);
    this.#checksums.push(blobChecksum(chunk));
    for (let written = 0; written < chunk.byteLength; ) {
      try {
        const file = await this.#open();
        written += (await file.write(chunk, written)).bytesWritten;
      } catch (error) {
        if (this.#hasRecovered) throw error;
        this.#hasRecovered = true;
        await this.#parts.recover(error, this.#sizeBytes + chunk.byteLength);
      }
    }
    this.#sizeBytes += chunk.byteLength;
    this.#filled = 0;
  }

  async #open(): Promise<FileHandle> {
    if (this.#file !== undefined) return this.#file;
    const file = await open(this.#parts.path, 'wx', FILE_MODE);
    this.#file = file;
    this.#timer = setInterval(() => ignoreErrors(() => showLife(this.#parts.path, file.fd)), SIGN_OF_LIFE_MS);
    this.#timer.unref();
    return file;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

/** By the clock that dates files: by this process's, which may be an hour late, the file would be old. */
function showLife(path: string, fd: number): void {
  const seconds = fileSystemNow(dirname(path)) / 1_000;
  futimesSync(fd, seconds, seconds);
}
