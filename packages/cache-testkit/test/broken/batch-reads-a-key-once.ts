import { ReferenceCache } from '../reference-cache.js';

/** A key that `getMany` is given twice counts as one read. */
export class BrokenCache extends ReferenceCache {
  override getMany<T = unknown>(keys: readonly string[]): Promise<Map<string, T>> {
    return super.getMany([...new Set(keys)]);
  }
}

export const caughtBy = ['model/operations'];
