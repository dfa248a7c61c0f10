import { existsSync } from 'node:fs';
import { FileCache } from '../file-cache.ts';

/** clear resolves when it has begun. */
export class BrokenCache extends FileCache {
  protected override clearStore(): void {
    setTimeout(() => {
      // The check may have ended, and its folder be gone.
      if (existsSync(this.dataFolder)) void super.clearStore();
    }, 2);
  }
}

export const caughtBy = ['processes/clear-and-writers', 'processes/see-removals'];
