import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A bare number is taken for milliseconds. */
export class BrokenCache extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    const ttl = typeof options?.ttl === 'number' ? options.ttl / 1_000 : options?.ttl;
    return super.set(key, value, options === undefined ? undefined : { ...options, ttl });
  }
}

export const caughtBy = ['ttl/units', 'ttl/own-clocks'];
