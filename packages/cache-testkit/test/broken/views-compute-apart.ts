import { CACHE_PARTS, type CacheParts, type EncodedValue } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Each typed view has factories of its own running. */
export class BrokenCache extends ReferenceCache {
  override [CACHE_PARTS](): CacheParts<EncodedValue> {
    const parts = super[CACHE_PARTS]();
    const computing: typeof parts.computing = Reflect.construct(parts.computing.constructor as () => void, [
      parts.store,
    ]);
    return { ...parts, computing };
  }
}

export const caughtBy = ['typed/single-flight'];
