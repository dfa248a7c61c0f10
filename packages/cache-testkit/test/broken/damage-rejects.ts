import { SerializedCache } from '../serialized-cache.js';

/** A damaged entry is an error to its reader. */
export class BrokenCache extends SerializedCache {
  override async exists(key: string): Promise<boolean> {
    this.readEntry(key);
    return super.exists(key);
  }
}

export const caughtBy = ['damage/reads-resolve'];
