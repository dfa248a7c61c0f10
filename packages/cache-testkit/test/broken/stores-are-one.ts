import type { StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

const shared = new Map<string, StoredEntry>();

/** All instances share one store. */
export class BrokenCache extends ReferenceCache {
  protected override readonly stored = shared;
}

export const caughtBy = ['lifecycle/stores-are-apart'];
