import type { Readable } from 'node:stream';
import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Streams of a namespace are stored as those of the cache, under the last part of their key. */
export class BrokenCache extends ReferenceCache {
  override setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    return super.setStream(lastPart(key), source, options);
  }

  override getStream(key: string): Promise<Readable | undefined> {
    return super.getStream(lastPart(key));
  }
}

function lastPart(key: string): string {
  return typeof key === 'string' ? key.slice(key.lastIndexOf('\u001f') + 1) : key;
}

export const caughtBy = ['streams/namespaces'];
