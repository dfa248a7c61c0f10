import { ReferenceCache } from '../reference-cache.js';

/** getMany of no keys rejects. */
export class BrokenCache extends ReferenceCache {
  override async getMany<T = unknown>(keys: readonly string[]): Promise<Map<string, T>> {
    if (Array.isArray(keys) && keys.length === 0) throw new RangeError('no keys');
    return super.getMany(keys);
  }
}

export const caughtBy = ['batches/get-many-of-nothing'];
