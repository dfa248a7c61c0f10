import { ReferenceCache } from '../reference-cache.js';

/** take is a get. */
export class BrokenCache extends ReferenceCache {
  override take<T>(key: string): Promise<T | undefined> {
    return this.get<T>(key);
  }
}

export const caughtBy = ['atomic/take', 'atomic/concurrent-takes', 'atomic/counted'];
