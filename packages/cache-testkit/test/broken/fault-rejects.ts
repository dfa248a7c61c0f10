import { SerializedCache } from '../serialized-cache.js';

/** A read of a store that fails rejects. */
export class BrokenCache extends SerializedCache {
  override async exists(key: string): Promise<boolean> {
    return this.disk.has(key) && super.exists(key);
  }
}

export const caughtBy = ['faults/reads'];
