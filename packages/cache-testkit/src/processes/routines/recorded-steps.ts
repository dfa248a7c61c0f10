import type { CacheManager } from '@glovebox/cache-core';
import { type Beginning, type Ending, noteOf } from '../history/history-log.js';
import { keyName, MISS, type OperationKind, PRESENT, valueId } from '../history/operation.js';
import { recognize, storedValue } from '../history/stored-value.js';

/** Where steps are written down. */
export interface StepLog {
  begin(beginning: Beginning): { noteComputing(): void; end(ending: Ending): void };
}

/** Writes nothing down: for reads that are there to meet what others write, too many to be kept. */
export const UNRECORDED: StepLog = { begin: () => ({ noteComputing() {}, end() {} }) };

export interface StepSettings {
  /** Number of the process. */
  readonly process: number;
  /** Characters in the values, which take these sizes in turn. @default [200] */
  readonly sizes?: readonly number[] | undefined;
}

/** Operations on a cache, each written down: the values say which write they are of. */
export class RecordedSteps {
  readonly #cache: CacheManager;
  readonly #log: StepLog;
  readonly #process: number;
  readonly #sizes: readonly number[];
  #writes = 0;

  constructor(cache: CacheManager, log: StepLog, { process, sizes = [200] }: StepSettings) {
    this.#cache = cache;
    this.#log = log;
    this.#process = process;
    this.#sizes = sizes;
  }

  async get(key: number): Promise<void> {
    await this.#record('get', key, {}, async () => {
      const value = await this.#cache.get(keyName(key));
      const read = recognize(value, key);
      return { read, note: noteOf(value, read) };
    });
  }

  async exists(key: number): Promise<void> {
    await this.#record('exists', key, {}, async () => ({
      read: (await this.#cache.exists(keyName(key))) ? PRESENT : MISS,
    }));
  }

  async set(key: number, ttlMs?: number): Promise<void> {
    const { id, value } = this.#nextValue(key);
    const options = ttlMs === undefined ? {} : { ttl: `${ttlMs}ms` as const };
    await this.#record('set', key, { written: id, ttlMs }, async () => ({
      isRefused: !(await this.#cache.set(keyName(key), value, options)),
    }));
  }

  async delete(key: number): Promise<void> {
    await this.#record('delete', key, {}, async () => ({ isRefused: !(await this.#cache.delete(keyName(key))) }));
  }

  async clear(): Promise<void> {
    await this.#record('clear', -1, {}, async () => {
      await this.#cache.clear();
      return {};
    });
  }

  async cleanup(): Promise<void> {
    await this.#record('cleanup', -1, {}, async () => {
      await this.#cache.cleanup();
      return {};
    });
  }

  async getOrSet(key: number): Promise<void> {
    const { id, value } = this.#nextValue(key);
    await this.#record('getOrSet', key, { written: id }, async (noteComputing) => {
      const found = await this.#cache.getOrSet(keyName(key), () => {
        noteComputing();
        return value;
      });
      const read = recognize(found, key);
      return { read, note: noteOf(found, read) };
    });
  }

  async deleteAndSet(key: number): Promise<void> {
    await this.delete(key);
    await this.set(key);
  }

  #nextValue(key: number) {
    const id = valueId(this.#process, ++this.#writes);
    return { id, value: storedValue(id, key, this.#sizes[this.#writes % this.#sizes.length] ?? 0) };
  }

  async #record(
    kind: OperationKind,
    key: number,
    details: { written?: number; ttlMs?: number | undefined },
    run: (noteComputing: () => void) => Promise<{ read?: number; note?: string | undefined; isRefused?: boolean }>,
  ): Promise<void> {
    const operation = this.#log.begin({ kind, key, ...details });
    try {
      const { isRefused = false, ...found } = await run(() => operation.noteComputing());
      operation.end({ outcome: isRefused ? 'refused' : 'acknowledged', ...found });
    } catch (error) {
      operation.end({ outcome: 'rejected', note: error instanceof Error ? error.message : String(error) });
    }
  }
}
