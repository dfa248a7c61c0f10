import { ReferenceCache } from '../reference-cache.js';

/** A read of an expired entry is not counted. */
export class BrokenCache extends ReferenceCache {
  protected override noteExpired(): void {
    this.count('missCount', this.clock.now(), -1);
  }
}

export const caughtBy = ['ttl/expired-read-is-a-miss'];
