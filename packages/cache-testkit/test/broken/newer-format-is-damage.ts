import { CacheError } from '@glovebox/cache-core';
import { type Header, SerializedCache } from '../serialized-cache.js';

/** An entry of a later format is removed as damage. */
export class BrokenCache extends SerializedCache {
  protected override isReadable(header: Header): boolean {
    if (!super.isReadable(header)) throw new CacheError('CACHE_CORRUPT_ENTRY', 'an unknown version');
    return true;
  }
}

export const caughtBy = ['damage/newer-format'];
