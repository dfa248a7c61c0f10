import { FileCache } from '../file-cache.ts';

/** Atomic updates exclude each other within a process only, and look once. */
export class BrokenCache extends FileCache {
  override async increment(key: string, by = 1): Promise<number> {
    const sum = ((await this.get<number>(key)) ?? 0) + by;
    await this.set(key, sum);
    return sum;
  }
}

export const caughtBy = ['processes/updates', 'processes/updates-killed'];
