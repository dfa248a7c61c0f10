import { type BaseCacheOptions, isOrderedPolicy } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Policies that it does not know make it refuse what comes to a full cache. */
export class BrokenCache extends ReferenceCache {
  constructor(options: BaseCacheOptions) {
    const { evictionPolicy = 'lru' } = options;
    super(isOrderedPolicy(evictionPolicy) ? { ...options, evictionPolicy: 'ttl' } : options);
  }
}

export const caughtBy = [
  'limits/sieve-oldest',
  'limits/sieve-overwrite-stays',
  'limits/sieve-hand-goes-on',
  'limits/sieve-working-set',
  'limits/s3-fifo-oldest',
  'limits/s3-fifo-two-reads-stay',
  'limits/s3-fifo-working-set',
  'limits/w-tinylfu-used-newcomer-stays',
  'limits/w-tinylfu-used-entry-stays',
  'limits/w-tinylfu-working-set',
];
