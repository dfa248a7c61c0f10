import type { CacheCapabilities } from '@glovebox/cache-core';
import { CAPABILITIES, ReferenceCache } from '../reference-cache.js';

/** Declares isolation 'reference', and gives out copies. */
export class BrokenCache extends ReferenceCache {
  override readonly capabilities: CacheCapabilities = { ...CAPABILITIES, isolation: 'reference' };
}

export const caughtBy = ['isolation/reference'];
