import { tracingChannel } from 'node:diagnostics_channel';
import type { SetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** A set is told with what it stores. */
export class BrokenCache extends ReferenceCache {
  override set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    const message = { cache: this.name, operation: 'set', key, value };
    return tracingChannel<unknown, object>('glovebox:cache:set').tracePromise(
      () => super.set(key, value, options),
      message,
    );
  }
}

export const caughtBy = ['tracing/no-values'];
