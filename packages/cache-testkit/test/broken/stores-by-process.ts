import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FileCache } from '../file-cache.ts';

/** Each process has a folder of its own. */
export class BrokenCache extends FileCache {
  protected override get dataFolder(): string {
    const folder = join(this.directory, 'data', String(process.pid));
    mkdirSync(folder, { recursive: true });
    return folder;
  }
}

export const caughtBy = ['processes/open-at-once', 'processes/see-keys'];
