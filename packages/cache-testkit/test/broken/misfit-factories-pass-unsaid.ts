import { isCacheError } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A factory whose value does not fit has computed nothing. */
export class BrokenCache extends ReferenceCache {
  protected override withEntryLock<T>(key: string, task: () => Promise<T>): Promise<T> {
    return super.withEntryLock(key, () =>
      task().catch((error: unknown) => {
        if (isCacheError(error, 'CACHE_INVALID_VALUE')) return { value: undefined } as T;
        throw error;
      }),
    );
  }
}

export const caughtBy = ['typed/factory-is-checked'];
