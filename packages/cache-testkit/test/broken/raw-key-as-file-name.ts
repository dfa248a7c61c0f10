import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { BaseCacheOptions, CacheMetadata, StoredEntry } from '@glovebox/cache-core';
import type { StoreContext } from '@glovebox/cache-testkit';
import { ReferenceCache } from '../reference-cache.js';

/** The key is the name of the file. */
export class BrokenCache extends ReferenceCache {
  override readonly name: string = 'raw file names';
  // Deep enough that no key of the checks leaves the directory.
  readonly #directory: string;

  constructor(options: BaseCacheOptions, { directory }: StoreContext) {
    super(options);
    this.#directory = join(directory, 'a', 'b', 'c', 'd');
    mkdirSync(this.#directory, { recursive: true });
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    const file = join(this.#directory, key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    super.writeEntry(file, entry);
  }

  protected override readEntry(key: string): StoredEntry | undefined {
    return this.stored.get(join(this.#directory, key));
  }

  protected override *listEntries(): Generator<CacheMetadata> {
    for (const metadata of super.listEntries()) yield { ...metadata, key: relative(this.#directory, metadata.key) };
  }

  protected override removeEntry(key: string): boolean {
    return this.stored.delete(join(this.#directory, key));
  }
}

export const caughtBy = ['keys/paths', 'keys/control-codes', 'keys/long'];
