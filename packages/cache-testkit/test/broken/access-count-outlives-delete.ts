import { ReferenceCache } from '../reference-cache.js';

/** The access count of a deleted entry goes on in the next one. */
export class BrokenCache extends ReferenceCache {
  protected override noteRemoved(): void {}
}

export const caughtBy = ['metadata/access-count-ends-with-the-entry'];
