import { ReferenceCache } from '../reference-cache.js';

/** Reads extend nothing, whatever was asked for. */
export class BrokenCache extends ReferenceCache {
  protected override extendEntry(): undefined {
    return undefined;
  }
}

export const caughtBy = ['ttl/sliding-ends-with-set', 'ttl/sliding-is-shown', 'ttl/sliding-reads-extend'];
