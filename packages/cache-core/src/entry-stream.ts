import { CacheError, isCacheError } from './errors.js';
import { nodeModule } from './node-module.js';
import { printableKey } from './observation.js';
import type { ByteReader } from './types.js';

/** The bytes of an entry as they are read. */
export class EntryStream extends nodeModule('node:stream').Readable {
  readonly #key: string;
  readonly #reader: ByteReader;
  readonly #onFault: (error: unknown) => unknown;

  /** @param onFault told what made the stream fail; must not throw */
  constructor(key: string, reader: ByteReader, onFault: (error: unknown) => unknown) {
    super();
    this.#key = key;
    this.#reader = reader;
    this.#onFault = onFault;
    // Whoever reads it is told in other ways too. Without a listener Node ends the process, which no cache may be the reason for.
    this.on('error', () => {});
  }

  override _read(): void {
    void this.#pushNext();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // After the read under way, which somebody else's file must not take the place of.
    Promise.resolve()
      .then(() => this.#reader.close())
      .then(
        () => callback(error),
        () => callback(error),
      );
  }

  async #pushNext(): Promise<void> {
    let chunk: Uint8Array | undefined;
    try {
      chunk = await this.#reader.read();
    } catch (fault) {
      if (this.destroyed) return;
      this.#onFault(fault);
      this.destroy(this.#asCacheError(fault));
      return;
    }
    if (!this.destroyed) this.push(chunk ?? null);
  }

  #asCacheError(fault: unknown): CacheError {
    if (isCacheError(fault)) return fault;
    const reason = fault instanceof Error ? fault.message : 'an unknown fault';
    const message = `the stream of ${printableKey(this.#key)} failed: ${reason}`;
    return new CacheError('CACHE_BACKEND_FAILED', message, { key: this.#key, cause: fault });
  }
}
