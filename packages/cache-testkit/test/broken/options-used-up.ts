import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Takes the ttl out of the options that it is given: who uses them again has none. */
export class BrokenCache extends ReferenceCache {
  override getOrSet<T>(key: string, factory: Factory<T>, options: GetOrSetOptions<T> = {}): Promise<T> {
    const computed = super.getOrSet(key, factory, { ...options });
    Reflect.set(options, 'ttl', undefined);
    return computed;
  }
}

export const caughtBy = ['getOrSet/warm'];
