import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Pieces that are no bytes are made into some. */
export class BrokenCache extends ReferenceCache {
  override async setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    if (typeof source !== 'object' || source === null || 'getReader' in source) return super.setStream(key, source);
    return super.setStream(key, asBytes(source), options);
  }
}

async function* asBytes(source: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const piece of source) yield piece instanceof Uint8Array ? piece : Buffer.from(String(piece));
}

export const caughtBy = ['streams/no-bytes'];
