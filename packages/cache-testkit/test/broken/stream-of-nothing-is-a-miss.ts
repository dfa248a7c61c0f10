import type { Readable } from 'node:stream';
import { ReferenceCache } from '../reference-cache.js';

/** A stream without bytes is taken for a missing one. */
export class BrokenCache extends ReferenceCache {
  override async getStream(key: string): Promise<Readable | undefined> {
    const { sizeBytes = 0 } = (await this.getMetadata(key)) ?? {};
    return sizeBytes === 0 ? undefined : super.getStream(key);
  }
}

export const caughtBy = ['streams/small', 'streams/of-set-bytes'];
