import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { FileCache } from '../file-cache.ts';

const pause = new Int32Array(new SharedArrayBuffer(4));

/** The lock of the store is a folder, which others wait for, and which nobody removes for one that is dead. */
export class BrokenCache extends FileCache {
  protected override exclusively<T>(_key: string, change: () => T): T {
    const folder = join(this.directory, 'locks', 'folder');
    for (let waitedMs = 0; existsSync(folder); waitedMs++) {
      if (waitedMs > 5_000) throw new Error('the lock of the store could not be had in 5 seconds');
      Atomics.wait(pause, 0, 0, 1);
    }
    mkdirSync(folder);
    try {
      return change();
    } finally {
      rmdirSync(folder);
    }
  }
}

export const caughtBy = ['crashes/replace'];
