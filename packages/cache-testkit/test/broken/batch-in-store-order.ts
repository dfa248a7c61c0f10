import { ReferenceCache } from '../reference-cache.js';

/** getMany gives the hits in the order of the store. */
export class BrokenCache extends ReferenceCache {
  override async getMany<T = unknown>(keys: readonly string[]): Promise<Map<string, T>> {
    const found = await super.getMany<T>(keys);
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

export const caughtBy = ['batches/get-many'];
