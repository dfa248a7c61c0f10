import type { KeyvStore } from '@glovebox/cache-interop';

/** A map that fails while it is told to. */
export class BreakableMap extends Map<string, string> {
  isBroken = false;

  override get(key: string): string | undefined {
    this.#check();
    return super.get(key);
  }

  override set(key: string, value: string): this {
    this.#check();
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    this.#check();
    return super.delete(key);
  }

  override clear(): void {
    this.#check();
    super.clear();
  }

  override entries(): MapIterator<[string, string]> {
    this.#check();
    return super.entries();
  }

  override [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }

  #check(): void {
    if (this.isBroken) throw new Error('the map is broken');
  }
}

/** A store with the methods that each must have, and no more. */
export function withoutListing(map: Map<string, string>): KeyvStore {
  return {
    get: async (key) => map.get(key),
    set: async (key, value) => void map.set(key, value),
    delete: async (key) => map.delete(key),
    clear: async () => map.clear(),
  };
}
