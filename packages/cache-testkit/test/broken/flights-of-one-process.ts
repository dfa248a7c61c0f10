import { FileCache } from '../file-cache.ts';

/** getOrSet shares a run among the callers of a process only. */
export class BrokenCache extends FileCache {
  protected override withEntryLock<T>(_key: string, task: () => Promise<T>): Promise<T> {
    return task();
  }
}

export const caughtBy = ['processes/single-flight', 'processes/single-flight-heir'];
