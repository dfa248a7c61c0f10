import { type BaseCacheOptions, valueCodec } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** The caller's own value is frozen. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options, undefined, {
      ...valueCodec,
      encode(value) {
        const payload = valueCodec.encode(value);
        if (typeof value === 'object' && !ArrayBuffer.isView(value)) Object.freeze(value);
        return payload;
      },
    });
  }
}

export const caughtBy = ['isolation/callers-value-untouched'];
