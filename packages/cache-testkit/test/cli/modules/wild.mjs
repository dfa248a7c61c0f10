// A cache that takes its process down, in the way that WILD names.
import { ReferenceCache, targetOf } from '../../reference-cache.ts';

const WAYS = {
  exit: () => process.exit(3),
  throw: () => setTimeout(() => JSON.parse('no JSON')),
  block: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
};

class WildCache extends ReferenceCache {
  async readEntry(key) {
    if (key === 'many') WAYS[process.env.WILD]();
    // The error comes while the check still runs.
    await new Promise((resolve) => setTimeout(resolve, 1));
    return super.readEntry(key);
  }
}

export const target = targetOf('wild', WildCache);
