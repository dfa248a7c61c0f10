import { ReferenceCache } from '../reference-cache.js';

/** A prefix is a regular expression. */
export class BrokenCache extends ReferenceCache {
  override async *keys({ prefix = '' }: { prefix?: string } = {}): AsyncGenerator<string, void, undefined> {
    let pattern: RegExp;
    try {
      pattern = new RegExp(`^${prefix}`);
    } catch {
      return;
    }
    for await (const key of super.keys()) if (pattern.test(key)) yield key;
  }
}

export const caughtBy = ['keys/prefix-is-literal'];
