import { type BaseCacheOptions, valueCodec } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Values go through plain JSON. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options, undefined, {
      ...valueCodec,
      encode: (value) => ({ encoding: 'json', data: JSON.stringify(value) ?? 'null' }),
    });
  }
}

export const caughtBy = ['values/dates', 'values/maps', 'values/bigints', 'values/special-numbers'];
