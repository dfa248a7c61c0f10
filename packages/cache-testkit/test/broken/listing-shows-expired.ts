import { ReferenceCache } from '../reference-cache.js';

/** keys lists what has expired. */
export class BrokenCache extends ReferenceCache {
  override async *keys({ prefix = '' }: { prefix?: string } = {}): AsyncGenerator<string, void, undefined> {
    for (const key of this.stored.keys()) if (key.startsWith(prefix)) yield key;
  }
}

export const caughtBy = ['ttl/expired-is-invisible'];
