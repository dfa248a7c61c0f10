import { type BaseCacheOptions, valueCodec } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A key of an object that is a NUL comes back as a backslash, with which both begin in JSON. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    super(options, undefined, {
      ...valueCodec,
      decode: (...given) => renamed(valueCodec.decode(...given)),
    });
  }
}

function renamed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, '\u0000')) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key === '\u0000' ? '\\' : key, item]));
}

export const caughtBy = ['values/escaped-keys'];
