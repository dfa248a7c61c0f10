import { checksum, SerializedCache } from '../serialized-cache.js';

/** The checksum is that of the header: the value can change. */
export class BrokenCache extends SerializedCache {
  protected override sumOf(fields: Uint8Array): string {
    return checksum(fields);
  }
}

export const caughtBy = ['damage/flipped-bits-of-json', 'damage/flipped-bits-of-bytes', 'damage/swapped'];
