import { type StoredEntry, slidExpiry } from '@glovebox/cache-core';
import { KeepingCache } from '../keeping-cache.js';

/** An instance extends for itself. */
export class BrokenCache extends KeepingCache {
  readonly #extended = new Map<string, number>();

  protected override extendEntry(key: string, entry: StoredEntry, now: number): number | undefined {
    const expiresAt = slidExpiry(entry, now);
    if (expiresAt !== undefined) this.#extended.set(key, expiresAt);
    return expiresAt;
  }

  protected override readEntry(key: string): StoredEntry | undefined {
    const entry = super.readEntry(key);
    const expiresAt = this.#extended.get(key);
    return entry === undefined || expiresAt === undefined ? entry : { ...entry, expiresAt };
  }
}

export const caughtBy = ['sliding/across-instances', 'sliding/over-reopen'];
