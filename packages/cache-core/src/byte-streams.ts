import type { Readable } from 'node:stream';
import type { ResolvedSetOptions } from './checks.js';
import type { ChunkSource } from './chunk-source.js';
import { EntryStream } from './entry-stream.js';
import { CacheError } from './errors.js';
import { MemoryReader, MemoryStage } from './memory-bytes.js';
import { nodeModule } from './node-module.js';
import { printableKey } from './observation.js';
import type { Draft, StoreAccess } from './store-access.js';
import type { ByteReader, ByteStage, OpenedEntry } from './types.js';

/** Values that come and go in pieces. */
export class ByteStreams<P> {
  readonly #store: StoreAccess<P>;

  constructor(store: StoreAccess<P>) {
    this.#store = store;
  }

  /** Stores what the source gives once it has ended. Errors of the source are thrown, faults of the store reported. */
  async store(key: string, source: ChunkSource, settings: ResolvedSetOptions): Promise<boolean> {
    const store = this.#store;
    source.checkInterrupted();
    if (!store.isReady() && !(await store.openStore())) return false;
    // Before the first piece: what is stored is as old as that.
    const tagMark = settings.tags.length > 0 ? store.markTags() : undefined;
    const begun = await this.#attempt(key, async () => (await store.stageEntry(key)) ?? this.#inMemory(key, settings));
    if (begun === undefined) return false;
    const stage = begun.result;
    let isStored = false;
    try {
      if (!(await this.#fill(key, stage, source))) return false;
      const finished = await this.#attempt(key, async () => stage.finish());
      if (finished === undefined) return false;
      // From here on it is too late to stop it.
      source.checkInterrupted();
      const draft: Draft<P> = { key, payload: finished.result, ...settings, tagMark };
      isStored = await store.store('setStream', draft);
      return isStored;
    } finally {
      if (!isStored) await this.#attempt(key, async () => stage.discard());
    }
  }

  /**
   * The bytes of a live entry, counted as a read.
   * @throws CacheError `CACHE_WRONG_TYPE` for other values
   */
  async open(key: string): Promise<Readable | undefined> {
    const store = this.#store;
    let opened: OpenedEntry<P> | undefined;
    let reader: ByteReader | undefined;
    let isOfWrongType = false;
    try {
      opened = await store.openEntry(key);
      reader = opened?.reader;
      if (reader === undefined && opened !== undefined && store.isServed(opened.entry)) {
        reader = this.#wholeReader(key, opened);
        isOfWrongType = reader === undefined;
      }
    } catch (error) {
      return store.failRead('getStream', key, error);
    }
    if (isOfWrongType) {
      throw new CacheError('CACHE_WRONG_TYPE', 'the value to stream is no Uint8Array; get gives it', { key });
    }
    const hit = await store.finishRead('getStream', key, opened?.entry, reader);
    if (hit === undefined || reader === undefined) {
      await reader?.close();
      return undefined;
    }
    return new EntryStream(key, reader, (error) => store.failLate('getStream', key, error));
  }

  /** `false` if the store did not take it all. */
  async #fill(key: string, stage: ByteStage<P>, source: ChunkSource): Promise<boolean> {
    const { maxSizeBytes = Number.POSITIVE_INFINITY } = this.#store;
    let sizeBytes = 0;
    for (let chunk = await source.next(); chunk !== undefined; chunk = await source.next()) {
      const bytes = chunk;
      sizeBytes += bytes.byteLength;
      if (sizeBytes > maxSizeBytes) {
        const reason = `the stream is larger than maxSizeBytes, ${maxSizeBytes}`;
        const refusal = `setStream of ${printableKey(key)} was refused: ${reason}`;
        this.#store.report('setStream', new CacheError('CACHE_BACKEND_FAILED', refusal, { key }), key);
        return false;
      }
      if ((await this.#attempt(key, async () => stage.write(bytes))) === undefined) return false;
    }
    return true;
  }

  #inMemory(key: string, settings: ResolvedSetOptions): ByteStage<P> {
    return new MemoryStage((bytes) => this.#store.draft(key, bytes, settings).payload);
  }

  /** `undefined` if the value is no bytes. */
  #wholeReader(key: string, { entry }: OpenedEntry<P>): ByteReader | undefined {
    const value = this.#store.decode(key, entry);
    return nodeModule('node:util').types.isUint8Array(value) ? new MemoryReader(value) : undefined;
  }

  /** `undefined` after reporting a fault. */
  #attempt<R>(key: string, task: () => Promise<R>): Promise<{ readonly result: R } | undefined> {
    return this.#store.attempt('setStream', key, undefined, async () => ({ result: await task() }));
  }
}
