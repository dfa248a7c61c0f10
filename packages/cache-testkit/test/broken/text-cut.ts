import { type BaseCacheOptions, valueCodec } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Text ends after 64 KiB. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options, undefined, {
      ...valueCodec,
      decode(payload) {
        const value = valueCodec.decode(payload);
        return typeof value === 'string' ? value.slice(0, 65_536) : value;
      },
    });
  }
}

export const caughtBy = ['values/long-strings'];
