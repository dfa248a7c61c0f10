import type { ByteStage, EncodedValue } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Bytes of a stream come back from get as a plain Uint8Array. */
export class BrokenCache extends ReferenceCache {
  protected override stageEntry(): ByteStage {
    const pieces: Buffer[] = [];
    return {
      write: (piece) => void pieces.push(Buffer.from(piece)),
      finish: (): EncodedValue => ({ encoding: 'uint8array', data: Buffer.concat(pieces) }),
      discard() {},
    };
  }
}

export const caughtBy = ['streams/get'];
