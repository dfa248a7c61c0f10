import { ReferenceCache } from '../reference-cache.js';

/** Tags are kept, and nothing is done with them. */
export class BrokenCache extends ReferenceCache {
  override async invalidateTags(_tags: readonly string[]): Promise<boolean> {
    return true;
  }
}

export const caughtBy = [
  'tags/invalidate-told',
  'tags/invalidated',
  'tags/invalidated-for-writers',
  'tags/not-in-grace',
  'tags/set-after-invalidation',
];
