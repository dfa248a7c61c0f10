import type { CacheCapabilities, StoredEntry } from '@glovebox/cache-core';
import { CAPABILITIES, ReferenceCache } from '../reference-cache.js';

/** Capabilities change with use. */
export class BrokenCache extends ReferenceCache {
  override readonly capabilities: CacheCapabilities = { ...CAPABILITIES };

  protected override writeEntry(key: string, entry: StoredEntry): void {
    super.writeEntry(key, entry);
    Object.assign(this.capabilities, { persistent: true });
  }
}

export const caughtBy = ['lifecycle/self-description'];
