import { type CacheEmitter, type CacheEventName, type CacheListener, checkListener } from './events.js';
import { prefixOf } from './namespace-keys.js';

/**
 * Listens to the events of a namespace's keys, told as its users know them, and to the clearing of the namespace and of
 * the whole cache.
 * @throws CacheError `CACHE_INVALID_CONFIG`
 */
export function listenTo<N extends CacheEventName>(
  emitter: CacheEmitter,
  namespace: string,
  name: N,
  listener: CacheListener<N>,
): () => void {
  checkListener(name, listener);
  const prefix = prefixOf(namespace);
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
