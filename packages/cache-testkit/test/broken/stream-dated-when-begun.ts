import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** The time to live of a stream runs from the first piece on, and its tags are lost. */
export class BrokenCache extends ReferenceCache {
  override async setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    const begun = this.clock.now();
    const isStored = await super.setStream(key, source, { ...options, tags: [] });
    const entry = this.stored.get(key);
    if (entry !== undefined) this.stored.set(key, { ...entry, createdAt: begun });
    return isStored;
  }
}

export const caughtBy = ['streams/metadata'];
