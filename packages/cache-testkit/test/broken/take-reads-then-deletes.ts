import { ReferenceCache } from '../reference-cache.js';

/** take reads, and deletes later. */
export class BrokenCache extends ReferenceCache {
  override async take<T>(key: string): Promise<T | undefined> {
    const value = await this.get<T>(key);
    await this.delete(key);
    return value;
  }
}

export const caughtBy = ['atomic/concurrent-takes'];
