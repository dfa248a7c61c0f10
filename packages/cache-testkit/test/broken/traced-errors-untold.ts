import { checkKey } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** What is refused is not traced. */
export class BrokenCache extends ReferenceCache {
  protected override async tracedGet(key: string, defaultValue: unknown): Promise<unknown> {
    checkKey(key);
    return super.tracedGet(key, defaultValue);
  }
}

export const caughtBy = ['tracing/rejections'];
