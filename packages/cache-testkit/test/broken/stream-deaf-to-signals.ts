import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A signal is looked at only before the first piece. */
export class BrokenCache extends ReferenceCache {
  override async setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    options?.signal?.throwIfAborted();
    return super.setStream(key, source, { ...options, signal: undefined });
  }
}

export const caughtBy = ['streams/aborted'];
