import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FileCache } from '../file-cache.ts';

/** A clear removes the folder of the entries, and makes a new one. */
export class BrokenCache extends FileCache {
  protected override clearStore(): void {
    rmSync(this.dataFolder, { recursive: true });
    mkdirSync(this.dataFolder);
  }

  protected override makeFolders(): void {
    // Made once, with the store.
    if (!existsSync(join(this.directory, 'locks'))) super.makeFolders();
  }
}

export const caughtBy = ['crashes/clear'];
