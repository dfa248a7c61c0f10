import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Options of a stream that mean nothing are passed over. */
export class BrokenCache extends ReferenceCache {
  override async setStream(key: string, source: ByteSource, options: SetStreamOptions = {}): Promise<boolean> {
    const { ttl, tags, signal } = options;
    return super.setStream(key, source, { ttl, tags, signal });
  }
}

export const caughtBy = ['streams/options'];
