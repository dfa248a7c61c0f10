import { type Header, type Parts, SerializedCache } from '../serialized-cache.js';

/** A listing ends where it meets damage. */
export class BrokenCache extends SerializedCache {
  protected override headerToList(parts: Parts): Header | undefined {
    return this.parse(parts);
  }
}

export const caughtBy = ['damage/found-at-opening'];
