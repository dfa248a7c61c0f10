import { SerializedCache } from '../serialized-cache.js';

/** Nothing tells changed bytes from those that were written. */
export class BrokenCache extends SerializedCache {
  protected override isIntact(): boolean {
    return true;
  }
}

export const caughtBy = [
  'damage/flipped-bits-of-json',
  'damage/flipped-bits-of-bytes',
  'damage/cuts-of-bytes',
  'damage/additions-to-bytes',
  'damage/garbage-for-bytes',
  'damage/foreign-for-bytes',
  'damage/metadata',
  'damage/large',
];
