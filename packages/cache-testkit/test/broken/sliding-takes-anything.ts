import type { Factory, GetOrSetOptions, SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

const truthy = <O extends SetOptions>(options: O | undefined) =>
  options?.sliding === undefined ? options : { ...options, sliding: Boolean(options.sliding) };

/** Whatever `sliding` is, it means something. */
export class BrokenCache extends ReferenceCache {
  override async set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    return super.set(key, value, truthy(options));
  }

  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    return super.getOrSet(key, factory, truthy(options));
  }
}

export const caughtBy = ['sliding/checked'];
