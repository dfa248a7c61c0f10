import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { KeepingCache } from '../keeping-cache.js';

/** What a factory returns is stored, whatever another instance has stored meanwhile. */
export class BrokenCache extends KeepingCache {
  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    let made: T | undefined;
    const value = await super.getOrSet<T>(
      key,
      async (context) => {
        made = await factory(context);
        return made;
      },
      options,
    );
    if (made !== undefined) await this.set(key, made, options);
    return value;
  }
}

export const caughtBy = ['getOrSet/late-factory'];
