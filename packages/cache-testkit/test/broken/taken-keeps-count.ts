import type { EntryUsage, StoredEntry } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A key that is taken, and set again, has the reads of its earlier life. */
export class BrokenCache extends ReferenceCache {
  readonly #earlier = new Map<string, number>();

  override async take<T>(key: string): Promise<T | undefined> {
    const { accessCount = 0 } = (await this.getMetadata(key)) ?? {};
    const taken = await super.take<T>(key);
    if (taken !== undefined) this.#earlier.set(key, accessCount);
    return taken;
  }

  protected override usageOf(key: string, entry: StoredEntry): EntryUsage {
    const usage = super.usageOf(key, entry);
    const { accessCount, lastAccessedAt } = usage instanceof Promise ? entry : usage;
    return { accessCount: accessCount + (this.#earlier.get(key) ?? 0), lastAccessedAt };
  }
}

export const caughtBy = ['model/operations'];
