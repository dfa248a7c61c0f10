import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** The next piece of a stream is asked for before the last one has come. */
export class BrokenCache extends ReferenceCache {
  override async setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    return super.setStream(key, Symbol.asyncIterator in source ? ahead(source) : source, options);
  }
}

async function* ahead(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  for (let waiting = [iterator.next(), iterator.next()]; ; waiting = [...waiting.slice(1), iterator.next()]) {
    waiting[1]?.catch(() => {});
    const item = await waiting[0];
    if (item === undefined || item.done === true) return;
    yield item.value;
  }
}

export const caughtBy = ['streams/one-at-a-time'];
