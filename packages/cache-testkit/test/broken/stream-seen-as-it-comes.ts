import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** What has come of a stream is stored piece by piece. */
export class BrokenCache extends ReferenceCache {
  override async setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    const store = (bytes: Buffer) => super.set(key, bytes, { ttl: options?.ttl, tags: options?.tags });
    const iterable = 'getReader' in source ? [] : source;
    let bytes = Buffer.alloc(0);
    for await (const piece of iterable) {
      bytes = Buffer.concat([bytes, piece]);
      await store(bytes);
    }
    return store(bytes);
  }
}

export const caughtBy = [
  'streams/not-before-its-end',
  'streams/failing-source',
  'streams/counted',
  'streams/aborted',
  'streams/closed-meanwhile',
];
