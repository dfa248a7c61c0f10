import { ReferenceCache } from '../reference-cache.js';

/** One entry too many costs half of the cache. */
export class BrokenCache extends ReferenceCache {
  protected override async evict(writtenKey: string | undefined): Promise<void> {
    const { maxEntries = Number.POSITIVE_INFINITY } = this.limits;
    if (this.stored.size <= maxEntries) return super.evict(writtenKey);
    for (const key of [...this.stored.keys()].slice(0, Math.ceil(this.stored.size / 2))) {
      this.stored.delete(key);
      this.noteRemoved(key);
      this.countEviction(key);
    }
  }
}

export const caughtBy = ['limits/evicts-little'];
