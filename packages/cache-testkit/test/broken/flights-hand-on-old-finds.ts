import { setTimeout as delay } from 'node:timers/promises';
import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { FileCache } from '../file-cache.ts';

const LINGER_MS = 3;

/** Who calls getOrSet while another caller is about to be given what was found is given that too, however old it is by then. */
export class BrokenCache extends FileCache {
  readonly #flights = new Map<string, Promise<unknown>>();

  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const known = this.#flights.get(key);
    // The key is what tells flights apart: they are of the same type.
    if (known !== undefined) return known as Promise<T>;
    const flight = this.#lingering(super.getOrSet(key, factory, options));
    this.#flights.set(key, flight);
    try {
      return await flight;
    } finally {
      this.#flights.delete(key);
    }
  }

  async #lingering<T>(found: Promise<T>): Promise<T> {
    const value = await found;
    await delay(LINGER_MS);
    return value;
  }
}

export const caughtBy = ['processes/fresh-reads', 'processes/no-lost-writes'];
