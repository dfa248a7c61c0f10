import { ReferenceCache } from '../reference-cache.js';

/** getMany refuses to be asked for a key twice. */
export class BrokenCache extends ReferenceCache {
  override async getMany<T = unknown>(keys: readonly string[]): Promise<Map<string, T>> {
    if (Array.isArray(keys) && new Set(keys).size < keys.length) throw new RangeError('a key twice');
    return super.getMany(keys);
  }
}

export const caughtBy = ['batches/get-many-twice-the-same'];
