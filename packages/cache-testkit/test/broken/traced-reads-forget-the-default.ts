import { ReferenceCache } from '../reference-cache.js';

/** While it is traced, a read that misses gives nothing. */
export class BrokenCache extends ReferenceCache {
  protected override tracedGet(key: string): Promise<unknown> {
    return super.tracedGet(key, undefined);
  }
}

export const caughtBy = ['tracing/results'];
