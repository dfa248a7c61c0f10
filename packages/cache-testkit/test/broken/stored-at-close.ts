import { type CacheMetadata, describeEntry, type StoredEntry } from '@glovebox/cache-core';
import { FileCache } from '../file-cache.ts';

/** Entries are kept in memory and stored at close. */
export class BrokenCache extends FileCache {
  readonly #unsaved = new Map<string, StoredEntry>();

  protected override readEntry(key: string): StoredEntry | undefined | Promise<StoredEntry | undefined> {
    return this.#unsaved.get(key) ?? super.readEntry(key);
  }

  protected override writeEntry(key: string, entry: StoredEntry): void {
    this.#unsaved.set(key, entry);
  }

  protected override *listEntries(): Generator<CacheMetadata> {
    for (const metadata of super.listEntries()) if (!this.#unsaved.has(metadata.key)) yield metadata;
    for (const [key, entry] of this.#unsaved) yield describeEntry(key, entry, entry, this.clock.now());
  }

  protected override async closeStore(): Promise<void> {
    for (const [key, entry] of this.#unsaved) await super.writeEntry(key, entry);
    await super.closeStore();
  }
}

export const caughtBy = ['crashes/large', 'crashes/random'];
