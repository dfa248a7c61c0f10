import { Readable } from 'node:stream';
import { SerializedCache } from '../serialized-cache.js';

/** The bytes of a stream are given out as they are, and nobody looks at their checksum. */
export class BrokenCache extends SerializedCache {
  override async getStream(key: string): Promise<Readable | undefined> {
    const value = this.disk.get(key)?.[1];
    return value && Readable.from([Buffer.from(value)], { objectMode: true });
  }
}

export const caughtBy = ['streams/damage', 'streams/damage-of-many', 'streams/damage-removed'];
