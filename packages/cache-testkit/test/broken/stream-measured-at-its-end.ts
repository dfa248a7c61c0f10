import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Room is made for a stream as it comes, and its size looked at when ten times the limit has come. */
export class BrokenCache extends ReferenceCache {
  override async setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    const { maxSizeBytes } = this.limits;
    if (maxSizeBytes !== undefined) {
      let left = maxSizeBytes;
      for (const [other, { sizeBytes }] of [...this.stored]) {
        left -= sizeBytes;
        if (other === key || left > maxSizeBytes / 2) continue;
        this.stored.delete(other);
        this.countEviction(other);
      }
    }
    return super.setStream(key, source, options);
  }
}

export const caughtBy = ['streams/larger-than-the-cache', 'streams/evicts'];
