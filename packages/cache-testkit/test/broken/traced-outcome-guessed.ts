import type { LookupResult } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A lookup is told as another operation. */
export class BrokenCache extends ReferenceCache {
  override async lookup<T>(key: string): Promise<LookupResult<T>> {
    const metadata = await this.getMetadata(key);
    const value = await this.get<T>(key);
    return value === undefined || metadata === undefined ? { hit: false } : { hit: true, value, metadata };
  }
}

export const caughtBy = ['tracing/outcomes'];
