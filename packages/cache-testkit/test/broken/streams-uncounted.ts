import { Readable } from 'node:stream';
import { ReferenceCache } from '../reference-cache.js';

/** Streams are read beside the counters, and told to nobody. */
export class BrokenCache extends ReferenceCache {
  override async getStream(key: string): Promise<Readable | undefined> {
    const entry = this.stored.get(key);
    return entry && Readable.from([Buffer.from(entry.payload.data)]);
  }
}

export const caughtBy = ['streams/counted', 'streams/told', 'streams/wrong-type', 'streams/ttl'];
