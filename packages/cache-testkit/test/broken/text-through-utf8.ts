import { type BaseCacheOptions, valueCodec } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Text is kept as UTF-8, and a lone surrogate becomes another character. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options, undefined, {
      ...valueCodec,
      decode(payload) {
        const value = valueCodec.decode(payload);
        return typeof value === 'string' ? value.toWellFormed() : value;
      },
    });
  }
}

export const caughtBy = ['values/strings'];
