import { ReferenceCache } from '../reference-cache.ts';

/** A cache that takes no notice of reads. */
export class BrokenCache extends ReferenceCache {
  protected override touchEntry(): void {}
}
