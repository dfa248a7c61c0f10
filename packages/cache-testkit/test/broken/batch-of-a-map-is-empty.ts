import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A batch is taken for empty unless it is an array. */
export class BrokenCache extends ReferenceCache {
  override async setMany(entries: Iterable<readonly [string, unknown, SetOptions?]>): Promise<number> {
    return super.setMany(Array.isArray(entries) || entries === null || typeof entries !== 'object' ? entries : []);
  }
}

export const caughtBy = ['batches/set-many-of-any-iterable'];
