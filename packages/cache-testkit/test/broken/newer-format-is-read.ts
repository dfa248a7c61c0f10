import { SerializedCache } from '../serialized-cache.js';

/** An entry of a later format is read as if it were one of this. */
export class BrokenCache extends SerializedCache {
  protected override isReadable(): boolean {
    return true;
  }
}

export const caughtBy = ['damage/newer-format'];
