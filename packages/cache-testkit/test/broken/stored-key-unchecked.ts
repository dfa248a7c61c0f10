import { SerializedCache } from '../serialized-cache.js';

/** Whatever lies in the place of a key is given out for it. */
export class BrokenCache extends SerializedCache {
  protected override isOf(): boolean {
    return true;
  }
}

export const caughtBy = ['damage/swapped', 'damage/copied'];
