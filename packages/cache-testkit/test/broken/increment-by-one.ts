import { ReferenceCache } from '../reference-cache.js';

/** increment adds one, whatever is asked for. */
export class BrokenCache extends ReferenceCache {
  override async increment(key: string): Promise<number | undefined> {
    return super.increment(key, 1);
  }
}

export const caughtBy = ['atomic/increment', 'atomic/mistakes-reject'];
