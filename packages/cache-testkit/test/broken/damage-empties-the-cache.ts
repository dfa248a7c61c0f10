import { SerializedCache } from '../serialized-cache.js';

/** One damaged entry, and everything is thrown away. */
export class BrokenCache extends SerializedCache {
  protected override healEntry(): void {
    this.disk.clear();
  }
}

export const caughtBy = ['damage/others-unhurt'];
