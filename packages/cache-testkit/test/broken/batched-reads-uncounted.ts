import { ReferenceCache } from '../reference-cache.js';

/** getMany counts nothing. */
export class BrokenCache extends ReferenceCache {
  override async getMany<T = unknown>(keys: readonly string[]): Promise<Map<string, T>> {
    const before = Float64Array.from(this.counters);
    const found = await super.getMany<T>(keys);
    this.counters.set(before);
    return found;
  }
}

export const caughtBy = ['stats/batched-reads'];
