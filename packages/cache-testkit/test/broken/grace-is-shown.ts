import { ReferenceCache } from '../reference-cache.js';

/** An entry exists until its grace is over. */
export class BrokenCache extends ReferenceCache {
  override async exists(key: string): Promise<boolean> {
    const graceUntil = this.stored.get(key)?.graceUntil;
    if (graceUntil !== undefined) return this.clock.now() < graceUntil;
    return super.exists(key);
  }
}

export const caughtBy = ['getOrSet/grace-is-hidden'];
