import { ReferenceCache } from '../reference-cache.js';

/** increment reads a number, and sets the sum. */
export class BrokenCache extends ReferenceCache {
  override async increment(key: string, by = 1): Promise<number> {
    const sum = (await this.get<number, number>(key, 0)) + by;
    await this.set(key, sum);
    return sum;
  }
}

export const caughtBy = ['atomic/concurrent-increments', 'atomic/increment-of-others'];
