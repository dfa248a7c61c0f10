import { isCacheError } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An update to what does not fit changes nothing, and says nothing. */
export class BrokenCache extends ReferenceCache {
  protected override withUpdateLock<T>(key: string, task: () => Promise<T>): Promise<T> {
    return super.withUpdateLock(key, () =>
      task().catch((error: unknown) => {
        if (isCacheError(error, 'CACHE_INVALID_VALUE')) return undefined as T;
        throw error;
      }),
    );
  }
}

export const caughtBy = ['typed/misfit-is-refused'];
