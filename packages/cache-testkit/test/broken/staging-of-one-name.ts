import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoredEntry } from '@glovebox/cache-core';
import { FileCache, textOf } from '../file-cache.ts';

/** The staging file of a key has one name: two writers write to one file. */
export class BrokenCache extends FileCache {
  protected override async writeEntry(key: string, entry: StoredEntry): Promise<void> {
    const staging = join(this.directory, 'tmp', 'entry');
    const text = Buffer.from(textOf(key, entry));
    const file = openSync(staging, 'w');
    writeSync(file, text.subarray(0, text.length / 2));
    await delay(2);
    writeSync(file, text.subarray(text.length / 2));
    closeSync(file);
    renameSync(staging, this.fileOf(key));
  }
}

export const caughtBy = ['processes/no-lost-writes'];
