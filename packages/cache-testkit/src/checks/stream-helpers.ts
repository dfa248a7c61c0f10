import type { Readable } from 'node:stream';
import type { CacheManager } from '@glovebox/cache-core';
import { UnmetExpectation } from '../expect.js';
import { show } from '../show.js';
import { deferred } from './helpers.js';

/** Bytes that differ from one place to the next, and from those of another `seed`. */
export function bytesOf(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** The bytes in pieces of these lengths, again and again. */
export function* inPieces(bytes: Uint8Array, ...lengths: readonly number[]): Generator<Uint8Array> {
  for (let start = 0, piece = 0; start < bytes.byteLength; piece++) {
    const end = start + (lengths[piece % lengths.length] ?? bytes.byteLength);
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** The bytes of an entry that must be there. */
export async function streamed(cache: CacheManager, key: string): Promise<Buffer> {
  return readAll(await openStream(cache, key));
}

export async function openStream(cache: CacheManager, key: string): Promise<Readable> {
  const stream = await cache.getStream(key);
  if (stream !== undefined) return stream;
  throw new UnmetExpectation(`a stream from getStream('${key}')`, 'undefined');
}

export async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) {
    if (!(piece instanceof Uint8Array)) throw new UnmetExpectation('pieces of bytes', show(piece));
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** A source that gives what it has, and then waits for the check to let it end or fail. */
export class HeldSource implements AsyncIterable<Uint8Array> {
  readonly #pieces: readonly Uint8Array[];
  readonly #end = deferred<void>();
  readonly #reached = deferred<void>();
  /** Whether the source was told that nobody will ask for more. */
  isAbandoned = false;

  constructor(...pieces: readonly Uint8Array[]) {
    this.#pieces = pieces;
  }

  /** Resolves when all pieces were taken, and more is asked for. */
  get isWaiting(): Promise<void> {
    return this.#reached.promise;
  }

  end(): void {
    this.#end.resolve();
  }

  fail(error: Error): void {
    this.#end.reject(error);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    let next = 0;
    return {
      next: async () => {
        const value = this.#pieces[next++];
        if (value !== undefined) return { done: false, value };
        this.#reached.resolve();
        await this.#end.promise;
        return { done: true, value: undefined };
      },
      return: async () => {
        this.isAbandoned = true;
        return { done: true, value: undefined };
      },
    };
  }
}
