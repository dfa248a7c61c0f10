import { statSync } from 'node:fs';
import type { StoredEntry } from '@glovebox/cache-core';
import { FileCache } from '../file-cache.ts';

/** A process answers from memory while the file has the size and the second of modification that it had. */
export class BrokenCache extends FileCache {
  readonly #known = new Map<string, { readonly stamp: string; readonly entry: StoredEntry | undefined }>();

  protected override async readEntry(key: string): Promise<StoredEntry | undefined> {
    const stamp = this.#stampOf(this.fileOf(key));
    const known = this.#known.get(key);
    if (known !== undefined && known.stamp === stamp) return known.entry;
    const entry = await super.readEntry(key);
    this.#known.set(key, { stamp, entry });
    return entry;
  }

  #stampOf(file: string): string {
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined ? 'missing' : `${found.size} ${Math.floor(found.mtimeMs / 1_000)}`;
  }
}

export const caughtBy = ['processes/fresh-reads', 'processes/see-writes'];
