import { Readable } from 'node:stream';
import { ReferenceCache } from '../reference-cache.js';

/** The pieces of a stream are the stored bytes themselves. */
export class BrokenCache extends ReferenceCache {
  override async getStream(key: string): Promise<Readable | undefined> {
    const stream = await super.getStream(key);
    const data = this.stored.get(key)?.payload.data;
    return stream && data instanceof Uint8Array ? Readable.from([data], { objectMode: true }) : stream;
  }
}

export const caughtBy = ['streams/own-bytes'];
