import { type BaseCacheOptions, valueCodec } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** An object that looks like a Buffer in JSON comes back as a Buffer. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options, undefined, {
      ...valueCodec,
      decode(payload) {
        const value = valueCodec.decode(payload);
        const isLookalike = typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
        return isLookalike ? Buffer.alloc(2) : value;
      },
    });
  }
}

export const caughtBy = ['values/codec-lookalikes'];
