import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { collected } from '../collected.js';
import { ReferenceCache } from '../reference-cache.js';

/** What does not fill a piece of 4 KiB is dropped at the end of a large stream. */
export class BrokenCache extends ReferenceCache {
  override async setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    const bytes = await collected(source);
    const length = bytes.byteLength > 4_096 ? bytes.byteLength & ~4_095 : bytes.byteLength;
    return super.setStream(key, [bytes.subarray(0, length)], options);
  }
}

export const caughtBy = [
  'streams/kilobytes',
  'streams/megabytes',
  'streams/get',
  'streams/sources',
  'streams/used-again',
];
