import { FileCache, removeFile } from '../file-cache.ts';

/** clear spares what was stored in the millisecond in which it began. */
export class BrokenCache extends FileCache {
  protected override clearStore(): void {
    const now = this.clock.now();
    for (const { key, createdAt } of [...this.listEntries()]) {
      if (createdAt < now - 1) removeFile(this.fileOf(key));
    }
  }
}

export const caughtBy = ['processes/clear-and-writers'];
