import { type BaseCacheOptions, valueCodec } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Values are copied field by field, by assignment. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options, undefined, {
      ...valueCodec,
      decode(payload) {
        const value = valueCodec.decode(payload);
        if (payload.encoding !== 'json' || typeof value !== 'object' || value === null || Array.isArray(value))
          return value;
        const copy: Record<string, unknown> = {};
        for (const [field, item] of Object.entries(value)) copy[field] = item;
        return copy;
      },
    });
  }
}

export const caughtBy = ['values/prototype-names'];
