import { ReferenceCache } from '../reference-cache.js';

/** Evictions are not counted. */
export class BrokenCache extends ReferenceCache {
  protected override countEviction(): void {}
}

export const caughtBy = ['limits/evictions-counted', 'events/evictions'];
