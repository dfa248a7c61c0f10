import type { Factory, GetOrSetOptions } from '@glovebox/cache-core';
import { ReferenceCache } from '../reference-cache.js';

/** Jitter makes entries live longer than their ttl. */
export class BrokenCache extends ReferenceCache {
  override async getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    const { jitter, ...others } = options ?? {};
    if (jitter === undefined || typeof others.ttl !== 'string') return super.getOrSet(key, factory, others);
    const seconds = Number.parseFloat(others.ttl) * (1 + jitter * Math.random());
    return super.getOrSet(key, factory, { ...others, ttl: seconds });
  }
}

export const caughtBy = ['getOrSet/jitter'];
