import type { StoredEntry } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** What is not well-formed is given out as text, as an old version of the format had it. */
export class BrokenCache extends SerializedCache {
  protected override readEntry(key: string): StoredEntry | undefined {
    try {
      return super.readEntry(key);
    } catch (error) {
      const parts = this.disk.get(key);
      if (parts === undefined) throw error;
      const dates = {
        createdAt: this.clock.now(),
        ttlSeconds: null,
        expiresAt: null,
        lastAccessedAt: this.clock.now(),
      };
      const data = JSON.stringify(Buffer.concat(parts).toString());
      return { ...dates, payload: { encoding: 'json', data }, sizeBytes: data.length, tags: [], accessCount: 0 };
    }
  }
}

export const caughtBy = [
  'damage/cuts-of-json',
  'damage/additions-to-json',
  'damage/garbage-for-json',
  'damage/foreign-for-json',
  'damage/reads-resolve',
  'damage/counted',
];
