import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** setMany stores what comes before a mistake. */
export class BrokenCache extends ReferenceCache {
  override async setMany(entries: Iterable<readonly [string, unknown, SetOptions?]>): Promise<number> {
    let stored = 0;
    for (const [key, value, options] of entries) if (await this.set(key, value, options)) stored++;
    return stored;
  }
}

export const caughtBy = ['batches/mistake-stores-nothing'];
