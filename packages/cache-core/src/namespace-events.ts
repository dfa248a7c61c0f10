import { type CacheEmitter, type CacheEventName, type CacheListener, checkListener } from './events.js';

/**
 * Listens to the events of the keys that start with `prefix`, told without it, and to the clearing of the namespace of
 * that prefix and of the whole cache.
 * @throws CacheError `CACHE_INVALID_CONFIG`
 */
export function listenTo<N extends CacheEventName>(
  emitter: CacheEmitter,
  prefix: string,
  name: N,
  listener: CacheListener<N>,
): () => void {
  checkListener(name, listener);
  if (name === 'clear') {
    const stops = [emitter.on(name, listener), emitter.on(name, listener, prefix)];
    return () => {
      for (const stop of stops) stop();
    };
  }
  return emitter.on(name, (event) => {
    const key: unknown = 'key' in event ? event.key : undefined;
    if (typeof key !== 'string' || !key.startsWith(prefix)) return;
    // Returned, since the listener may be asynchronous, and fail.
    return listener({ ...event, key: key.slice(prefix.length) });
  });
}
