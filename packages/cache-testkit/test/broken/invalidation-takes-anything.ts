import { ReferenceCache } from '../reference-cache.js';

/** What is no array of tags is made one. */
export class BrokenCache extends ReferenceCache {
  override async invalidateTags(tags: readonly string[]): Promise<boolean> {
    const texts = [tags].flat().filter((tag) => typeof tag === 'string' && tag !== '');
    return super.invalidateTags(texts);
  }
}

export const caughtBy = ['tags/invalidate-checked'];
