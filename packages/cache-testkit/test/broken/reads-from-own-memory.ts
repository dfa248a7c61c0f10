import type { StoredEntry } from '@glovebox/cache-core';
import { FileCache } from '../file-cache.ts';

/** A process answers from what it remembers. */
export class BrokenCache extends FileCache {
  readonly #known = new Map<string, StoredEntry>();

  protected override async readEntry(key: string): Promise<StoredEntry | undefined> {
    const entry = this.#known.get(key) ?? (await super.readEntry(key));
    if (entry !== undefined) this.#known.set(key, entry);
    return entry;
  }

  protected override writeEntry(key: string, entry: StoredEntry): void | Promise<void> {
    this.#known.delete(key);
    return super.writeEntry(key, entry);
  }

  protected override removeEntry(key: string): boolean | Promise<boolean> {
    this.#known.delete(key);
    return super.removeEntry(key);
  }
}

export const caughtBy = ['processes/fresh-reads', 'processes/see-removals', 'processes/see-writes'];
