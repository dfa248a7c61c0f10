import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** A stream that the store can't take rejects. */
export class BrokenCache extends SerializedCache {
  override async setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    const isStored = await super.setStream(key, source, options);
    if (!isStored) throw new Error('not stored');
    return isStored;
  }
}

export const caughtBy = ['streams/broken-store'];
