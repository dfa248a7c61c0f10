import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** The result of a factory replaces what was set while it ran. */
export class BrokenCache extends ReferenceCache {
  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    return super.getOrSet(
      key,
      async (context) => {
        const value = await factory(context);
        if (value !== undefined) await this.set(key, value, options);
        return value;
      },
      options,
    );
  }
}

export const caughtBy = ['getOrSet/set-meanwhile-wins', 'atomic/update-outdates-flights'];
