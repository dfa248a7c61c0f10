import type { CacheCapabilities } from '@glovebox/cache-core';
import { CAPABILITIES, ReferenceCache } from '../reference-cache.js';

/** Declares isolation 'freeze', and freezes nothing. */
export class BrokenCache extends ReferenceCache {
  override readonly capabilities: CacheCapabilities = { ...CAPABILITIES, isolation: 'freeze' };
}

export const caughtBy = ['isolation/frozen'];
