import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A stream that comes without tags leaves those of the entry that it replaces. */
export class BrokenCache extends ReferenceCache {
  override setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    const tags = options?.tags ?? this.stored.get(key)?.tags ?? [];
    return super.setStream(key, source, { ...options, tags });
  }
}

export const caughtBy = ['model/operations'];
