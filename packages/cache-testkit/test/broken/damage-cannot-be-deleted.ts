import { SerializedCache } from '../serialized-cache.js';

/** Only what can be read is removed. */
export class BrokenCache extends SerializedCache {
  protected override removeEntry(key: string): boolean {
    return this.readEntry(key) !== undefined && super.removeEntry(key);
  }

  protected override healEntry(): void {}
}

export const caughtBy = ['damage/deleted'];
