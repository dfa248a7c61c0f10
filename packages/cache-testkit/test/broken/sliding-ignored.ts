import { ReferenceCache } from '../reference-cache.js';

/** Reads extend nothing, whatever was asked for. */
export class BrokenCache extends ReferenceCache {
  protected override extendEntry(): undefined {
    return undefined;
  }
}

export const caughtBy = ['sliding/ends-with-set', 'sliding/is-shown', 'sliding/reads-extend'];
