import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Writes are refused until the store has been opened. */
export class BrokenCache extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    const wasReady = this.isReady;
    return (await super.set(key, value, options)) && wasReady;
  }
}

export const caughtBy = ['lifecycle/ready-at-once'];
