import { ReferenceCache } from '../reference-cache.js';

/** A prefix leaves out the key that is the prefix itself. */
export class BrokenCache extends ReferenceCache {
  override async *keys({ prefix = '' }: { prefix?: string } = {}): AsyncGenerator<string, void, undefined> {
    for await (const key of super.keys({ prefix })) if (key !== prefix) yield key;
  }
}

export const caughtBy = ['keys/prefix-of-whole-key', 'keys/prefix'];
