import { closeSync, openSync, writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoredEntry } from '@glovebox/cache-core';
import { FileCache, textOf } from '../file-cache.ts';

/** An entry is written in place, and what can't be read counts as absent. */
export class BrokenCache extends FileCache {
  protected override async writeEntry(key: string, entry: StoredEntry): Promise<void> {
    const text = Buffer.from(textOf(key, entry));
    const file = openSync(this.fileOf(key), 'w');
    for (let at = 0; at < text.length; at += 4_096) {
      writeSync(file, text.subarray(at, at + 4_096));
      await nextTurn();
    }
    closeSync(file);
  }

  protected override readFile(file: string) {
    try {
      return super.readFile(file);
    } catch {
      return undefined;
    }
  }
}

export const caughtBy = ['processes/whole-values'];
