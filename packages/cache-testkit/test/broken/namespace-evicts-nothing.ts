import { ReferenceCache } from '../reference-cache.js';

/** What is written in a namespace makes no room for itself. */
export class BrokenCache extends ReferenceCache {
  protected override evict(writtenKey: string | undefined): void | Promise<void> {
    if (writtenKey?.startsWith('\u001f') !== true) return super.evict(writtenKey);
  }
}

export const caughtBy = ['model/lru', 'model/lfu', 'model/fifo', 'model/sieve', 'model/s3-fifo', 'model/w-tinylfu'];
