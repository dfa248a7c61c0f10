import type { StoredEntry } from '@glovebox/cache-core';
import { FileCache } from '../file-cache.ts';

/** A factory that throws leaves a null for the processes that wait. */
export class BrokenCache extends FileCache {
  protected override withEntryLock<T>(key: string, task: () => Promise<T>): Promise<T> {
    return super.withEntryLock(key, async () => {
      try {
        return await task();
      } catch (error) {
        await this.writeEntry(key, nullEntry(this.clock.now()));
        throw error;
      }
    });
  }
}

function nullEntry(now: number): StoredEntry {
  const payload = { encoding: 'json', data: 'null' } as const;
  const dates = { createdAt: now, lastAccessedAt: now, ttlSeconds: null, expiresAt: null };
  return { payload, sizeBytes: 4, ...dates, tags: [], accessCount: 0 };
}

export const caughtBy = ['processes/factory-error'];
