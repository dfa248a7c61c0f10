import { ReferenceCache } from '../reference-cache.js';

/** What is computed in the background goes on after close. */
export class BrokenCache extends ReferenceCache {
  protected override async endBackgroundWork(): Promise<void> {}
}

export const caughtBy = ['getOrSet/close-ends-refreshes'];
