import { SerializedCache } from '../serialized-cache.js';

/** After a fault the instance does not try again. */
export class BrokenCache extends SerializedCache {
  #hasFailed = false;

  protected override get disk(): ReturnType<() => SerializedCache['disk']> {
    try {
      if (this.#hasFailed) throw new Error('the store has failed before');
      return super.disk;
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }
}

export const caughtBy = ['faults/recovers', 'faults/removals'];
