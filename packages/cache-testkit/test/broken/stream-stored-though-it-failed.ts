import type { ByteSource, SetStreamOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A source that fails is taken for one that has ended. */
export class BrokenCache extends ReferenceCache {
  override async setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    return super.setStream(key, 'getReader' in source ? source : untilItFails(source), options);
  }
}

async function* untilItFails(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch {
    // As if it had ended.
  }
}

export const caughtBy = ['streams/failing-source', 'streams/told'];
