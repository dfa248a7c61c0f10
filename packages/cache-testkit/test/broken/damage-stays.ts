import { SerializedCache } from '../serialized-cache.js';

/** What a read finds damaged stays where it is. */
export class BrokenCache extends SerializedCache {
  protected override healEntry(): void {}
}

export const caughtBy = ['damage/removed'];
