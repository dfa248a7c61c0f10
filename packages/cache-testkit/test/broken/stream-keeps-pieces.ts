import type { ByteStage, EncodedValue } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** The pieces of a stream are kept, not copied, until its end. */
export class BrokenCache extends ReferenceCache {
  protected override stageEntry(): ByteStage {
    const pieces: Uint8Array[] = [];
    return {
      write: (piece) => void pieces.push(piece),
      finish: (): EncodedValue => ({ encoding: 'buffer', data: Buffer.concat(pieces) }),
      discard() {},
    };
  }
}

export const caughtBy = ['streams/used-again'];
