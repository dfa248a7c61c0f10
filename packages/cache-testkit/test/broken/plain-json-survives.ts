import { KeepingCache } from '../keeping-cache.js';

/** Only plain JSON is there after a restart. */
export class BrokenCache extends KeepingCache {
  protected override openStore(): void {
    for (const [key, { payload }] of this.kept.entries) {
      if (payload.encoding !== 'json') this.kept.entries.delete(key);
    }
  }
}

export const caughtBy = ['persistence/values-of-every-type'];
