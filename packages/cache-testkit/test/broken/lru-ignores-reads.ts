import { ReferenceCache } from '../reference-cache.js';

/** LRU goes by the time of the set. */
export class BrokenCache extends ReferenceCache {
  protected override touchEntry(): void {}
}

export const caughtBy = ['limits/lru-get', 'limits/lru-all-reads'];
