import { ReferenceCache } from '../reference-cache.js';

/** A batch of reads is told key by key as well. */
export class BrokenCache extends ReferenceCache {
  override async getMany<T>(keys: readonly string[]): Promise<Map<string, T>> {
    for (const key of keys) await this.exists(key);
    return super.getMany<T>(keys);
  }
}

export const caughtBy = ['tracing/batches'];
