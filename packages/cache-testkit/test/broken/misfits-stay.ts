import { ReferenceCache } from '../reference-cache.js';

/** What a read finds not to fit stays where it is. */
export class BrokenCache extends ReferenceCache {
  protected override healEntry(): void {}
}

export const caughtBy = ['typed/misfit-is-removed'];
