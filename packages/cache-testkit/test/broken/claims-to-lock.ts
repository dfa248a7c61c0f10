import type { CacheCapabilities } from '@glovebox/cache-core';
import { KeepingCache } from '../keeping-cache.js';
import { CAPABILITIES } from '../reference-cache.js';

/** Says that it locks keys between processes, and does not. */
export class BrokenCache extends KeepingCache {
  override readonly capabilities: CacheCapabilities = { ...CAPABILITIES, crossProcessLocks: true };

  override async increment(key: string, by = 1): Promise<number> {
    const sum = (await this.get<number, number>(key, 0)) + by;
    await this.set(key, sum);
    return sum;
  }
}

export const caughtBy = ['atomic/across-instances'];
