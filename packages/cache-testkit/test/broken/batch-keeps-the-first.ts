import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Of two entries of one key in a batch the first one stays. */
export class BrokenCache extends ReferenceCache {
  override async setMany(entries: Iterable<readonly [string, unknown, SetOptions?]>): Promise<number> {
    return super.setMany([...entries].reverse());
  }
}

export const caughtBy = ['batches/set-many-twice-the-same'];
