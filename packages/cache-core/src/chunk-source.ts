import { CacheError } from './errors.js';
import { nodeModule } from './node-module.js';
import { describeValue } from './options.js';
import type { ByteSource } from './types.js';

interface Pull {
  next(): Promise<{ done?: boolean | undefined; value?: unknown }>;
  /** Tells the source that nobody will ask for more, without waiting for what was asked for. */
  abandon(reason: unknown): void;
}

/** The bytes of a source, piece by piece, until it ends, fails or is interrupted. */
export class ChunkSource {
  readonly #key: string;
  readonly #pull: Pull;
  readonly #signal: AbortSignal | undefined;
  #first: ReturnType<Pull['next']> | undefined;
  #interruption: { readonly reason: unknown } | undefined;
  #onInterrupt: ((reason: unknown) => void) | undefined;
  #isOver = false;
  #chunks = 0;

  /** @throws CacheError `CACHE_UNSERIALIZABLE` for what is no source of bytes */
  constructor(key: string, source: ByteSource, signal: AbortSignal | undefined) {
    this.#key = key;
    this.#pull = pullFrom(source, key);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#abort);
    if (signal?.aborted) {
      this.#abort();
      return;
    }
    this.#first = this.#pull.next();
    // Whoever asks for it is told; it may be that nobody does.
    this.#first.catch(ignore);
  }

  /**
   * The next piece, `undefined` after the last. It may change with the next call: sources use their buffers again.
   * @throws what the source throws, or the reason of the interruption; CacheError `CACHE_UNSERIALIZABLE` for other than bytes
   */
  async next(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#unlessInterrupted();
    if (done === true) {
      this.#isOver = true;
      return undefined;
    }
    this.#chunks++;
    // Not `instanceof`: test runners give every file classes of its own.
    if (nodeModule('node:util').types.isUint8Array(value)) return value;
    const reason = `piece ${this.#chunks} of the stream is ${describeKind(value)}; allowed is a Uint8Array`;
    throw new CacheError('CACHE_UNSERIALIZABLE', reason, { key: this.#key });
  }

  /** Ends the transfer, unless it has come to its end: what is waited for rejects at once. */
  interrupt(reason: unknown): void {
    this.#interruption ??= { reason };
    this.#onInterrupt?.(this.#interruption.reason);
  }

  /** @throws the reason of an interruption that came since the last piece */
  checkInterrupted(): void {
    if (this.#interruption !== undefined) throw this.#interruption.reason;
  }

  /** To be called at the end, whatever it was: a source that was not read to its end is told so. */
  release(): void {
    this.#signal?.removeEventListener('abort', this.#abort);
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pull.abandon(this.#interruption?.reason);
  }

  readonly #abort = (): void => this.interrupt(this.#signal?.reason);

  /** A promise a piece: one for all, raced again and again, would keep something of each race. */
  #unlessInterrupted(): ReturnType<Pull['next']> {
    return new Promise((resolve, reject) => {
      if (this.#interruption !== undefined) {
        reject(this.#interruption.reason);
        return;
      }
      this.#onInterrupt = reject;
      const next = this.#first ?? this.#pull.next();
      this.#first = undefined;
      next.then(resolve, (error: unknown) => {
        // It has ended by itself.
        this.#isOver = true;
        reject(error);
      });
    });
  }
}

function pullFrom(source: ByteSource, key: string): Pull {
  if (typeof source === 'object' && source !== null && !ArrayBuffer.isView(source)) {
    // Not its iterator, which answers a `return` only when what was asked for before has come.
    if ('getReader' in source && typeof source.getReader === 'function') return pullFromReader(source.getReader());
    if (Symbol.asyncIterator in source) return pullFromIterator(source, source[Symbol.asyncIterator]());
    if (Symbol.iterator in source) return pullFromIterator(source, source[Symbol.iterator]());
  }
  const found = ArrayBuffer.isView(source) ? 'bytes in one piece, which are for set' : describeKind(source);
  const reason = `the source is ${found}; allowed is a stream or an iterable of Uint8Array`;
  throw new CacheError('CACHE_UNSERIALIZABLE', reason, { key });
}

function pullFromReader(reader: ReturnType<Extract<ByteSource, { getReader: unknown }>['getReader']>): Pull {
  return {
    next: async () => reader.read(),
    abandon: (reason) => quietly(() => reader.cancel(reason)),
  };
}

function pullFromIterator(source: object, iterator: AsyncIterator<unknown> | Iterator<unknown>): Pull {
  return {
    next: async () => iterator.next(),
    abandon: () =>
      quietly(() => {
        if (!('destroy' in source) || typeof source.destroy !== 'function') return iterator.return?.();
        // The iterator of a Readable returns only when what was asked for before has come. And a file that turns out to be
        // missing while it is being opened says so after the stream was destroyed.
        if ('on' in source && typeof source.on === 'function') source.on('error', ignore);
        return source.destroy();
      }),
  };
}

/** The caller's own error, or none, is the one to tell. */
function quietly(action: () => unknown): void {
  new Promise((resolve) => resolve(action())).catch(ignore);
}

/** No value in a message: numbers and texts by their type alone. */
function describeKind(value: unknown): string {
  return typeof value === 'object' || value === undefined ? describeValue(value) : `a ${typeof value}`;
}

function ignore(): void {}
