import { ReferenceCache } from '../reference-cache.js';

/** What is in the place of what did not fit is removed, whatever it is by then. */
export class BrokenCache extends ReferenceCache {
  protected override healEntry(key: string): void {
    this.removeEntry(key);
  }
}

export const caughtBy = ['typed/newer-is-spared'];
