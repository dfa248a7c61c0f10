import type { ByteReader, ByteStage } from './types.js';

/** Pieces that a value in memory is given out in. */
const CHUNK_BYTES = 64 * 1024;

/** Collects bytes in memory. */
export class MemoryStage<P> implements ByteStage<P> {
  readonly #encode: (bytes: Buffer) => P;
  #chunks: Buffer[] = [];

  constructor(encode: (bytes: Buffer) => P) {
    this.#encode = encode;
  }

  write(chunk: Uint8Array): void {
    this.#chunks.push(Buffer.from(chunk));
  }

  finish(): P {
    const bytes = Buffer.concat(this.#chunks);
    this.discard();
    return this.#encode(bytes);
  }

  discard(): void {
    this.#chunks = [];
  }
}

/** Gives out a value in memory. */
export class MemoryReader implements ByteReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(): Uint8Array | undefined {
    const start = this.#position;
    this.#position += CHUNK_BYTES;
    return start < this.#bytes.byteLength ? this.#bytes.subarray(start, this.#position) : undefined;
  }

  close(): void {}
}
