import type { CacheCapabilities, StoredEntry } from '@glovebox/cache-core';
import { FILE_CAPABILITIES, FileCache } from '../file-cache.ts';

/** An entry that a read extends is removed and stored anew: a process that is killed in between loses it. */
export class BrokenCache extends FileCache {
  override readonly capabilities: CacheCapabilities = { ...FILE_CAPABILITIES, slidingTtl: true };

  protected override async extendEntry(key: string, entry: StoredEntry, now: number): Promise<number> {
    const expiresAt = now + (entry.ttlSeconds ?? 0) * 1_000;
    await this.removeEntry(key);
    await this.writeEntry(key, { ...entry, expiresAt });
    return expiresAt;
  }
}

export const caughtBy = ['crashes/slide'];
