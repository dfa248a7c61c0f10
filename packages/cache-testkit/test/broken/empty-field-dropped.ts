import { type BaseCacheOptions, valueCodec } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A field without a name is dropped. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options, undefined, {
      ...valueCodec,
      decode(payload) {
        const value = valueCodec.decode(payload);
        if (typeof value === 'object' && value !== null) Reflect.deleteProperty(value, '');
        return value;
      },
    });
  }
}

export const caughtBy = ['values/objects'];
