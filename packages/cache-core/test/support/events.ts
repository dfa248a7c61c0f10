import type { CacheError, CacheEventName, CacheEvents, CacheListener } from '@glovebox/cache-core';

interface Listenable {
  on<N extends CacheEventName>(name: N, listener: CacheListener<N>): () => void;
}

/** The faults told to the `error` listeners of a cache, from now on. */
export function errorsOf(cache: Listenable): CacheError[] {
  const errors: CacheError[] = [];
  cache.on('error', ({ error }) => errors.push(error));
  return errors;
}

const NAMES: readonly CacheEventName[] = ['hit', 'miss', 'set', 'delete', 'evict', 'expire', 'clear', 'error'];

/** All events of a cache from now on, such as `hit a`. */
export function eventsOf(cache: Listenable): string[] {
  const events: string[] = [];
  for (const name of NAMES) {
    cache.on(name, (event: CacheEvents[CacheEventName]) => {
      events.push('key' in event ? `${name} ${event.key}` : name);
    });
  }
  return events;
}
