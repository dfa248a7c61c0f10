import { Readable } from 'node:stream';
import { isCacheError } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Whatever is no bytes is streamed as JSON. */
export class BrokenCache extends ReferenceCache {
  override async getStream(key: string): Promise<Readable | undefined> {
    try {
      return await super.getStream(key);
    } catch (error) {
      if (!isCacheError(error, 'CACHE_WRONG_TYPE')) throw error;
      return Readable.from([Buffer.from(JSON.stringify(await this.get(key)))]);
    }
  }
}

export const caughtBy = ['streams/wrong-type'];
