import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { SerializedCache } from '../serialized-cache.js';

/** Streams are gone when the cache that stored them is closed. */
export class BrokenCache extends SerializedCache {
  readonly #streams = new Set<string>();

  override setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    this.#streams.add(key);
    return super.setStream(key, source, options);
  }

  protected override closeStore(): void {
    for (const key of this.#streams) this.disk.delete(key);
  }
}

export const caughtBy = ['streams/reopened'];
