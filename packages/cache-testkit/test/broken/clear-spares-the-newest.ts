import { FileCache, removeFile } from '../file-cache.ts';

/** clear spares what was stored shortly before it. */
export class BrokenCache extends FileCache {
  protected override clearStore(): void {
    const now = this.clock.now();
    for (const { key, createdAt } of [...this.listEntries()]) {
      if (createdAt < now - 20) removeFile(this.fileOf(key));
    }
  }
}

export const caughtBy = ['processes/clear-and-writers'];
