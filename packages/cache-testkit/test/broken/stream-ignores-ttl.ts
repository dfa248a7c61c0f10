import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Streams never expire, whatever was asked for. */
export class BrokenCache extends ReferenceCache {
  override async setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    return super.setStream(key, source, { ...options, ttl: null });
  }
}

export const caughtBy = ['streams/ttl', 'streams/metadata', 'streams/options'];
