import { ReferenceCache } from '../reference-cache.js';

/** A prefix also takes in what only contains it, and is cut at the separator. */
export class BrokenCache extends ReferenceCache {
  override async *keys(options: { prefix?: string } = {}): AsyncGenerator<string, void, undefined> {
    const namespace = options.prefix?.split(':')[0] ?? '';
    for await (const key of super.keys()) if (key.startsWith(namespace)) yield key;
  }
}

export const caughtBy = ['keys/prefix'];
