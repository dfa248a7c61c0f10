import type { CacheMetadata } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** ageSeconds holds milliseconds. */
export class BrokenCache extends ReferenceCache {
  override async getMetadata(key: string): Promise<CacheMetadata | undefined> {
    const metadata = await super.getMetadata(key);
    return metadata && { ...metadata, ageSeconds: metadata.ageSeconds * 1_000 };
  }
}

export const caughtBy = ['metadata/age'];
