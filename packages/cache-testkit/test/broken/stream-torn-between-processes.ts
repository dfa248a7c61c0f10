import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { FileCache } from '../file-cache.ts';

/** What has come of a stream is stored piece by piece, for all processes to see. */
export class BrokenCache extends FileCache {
  override async setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    const pieces: Uint8Array[] = [];
    const store = () => this.set(key, Buffer.concat(pieces), { ttl: options?.ttl, tags: options?.tags });
    if ('getReader' in source) return super.setStream(key, source, options);
    for await (const piece of source) {
      pieces.push(piece);
      await store();
    }
    return store();
  }
}

export const caughtBy = ['processes/streams', 'processes/streams-killed', 'crashes/stream'];
