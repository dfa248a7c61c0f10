import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** setMany keeps no tags. */
export class BrokenCache extends ReferenceCache {
  override async setMany(entries: Iterable<readonly [string, unknown, SetOptions?]>): Promise<number> {
    const untagged = Array.from(entries, ([key, value, options]) => [key, value, { ttl: options?.ttl }] as const);
    return super.setMany(untagged);
  }
}

export const caughtBy = ['tags/of-batches', 'batches/set-many'];
