import type { CacheCapabilities } from '@glovebox/cache-core';
import { FILE_CAPABILITIES, FileCache } from '../file-cache.ts';

/** Claims to reach what other processes are about to store, and removes what is there, one after the other. */
export class BrokenCache extends FileCache {
  override readonly capabilities: CacheCapabilities = { ...FILE_CAPABILITIES, crossProcessTags: true };
}

export const caughtBy = ['crashes/invalidate', 'crashes/invalidate-late', 'processes/invalidated-while-making'];
