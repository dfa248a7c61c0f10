import { type CacheEmitter, type CacheEventName, type CacheListener, checkListener } from './events.js';
import { prefixOf } from './namespace-keys.js';
import { NamespaceTags } from './namespace-tags.js';

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
    const here = eventHere(event, prefix);
    // Returned, since the listener may be asynchronous, and fail.
    return here && listener(here);
  });
}

/** An event as the users of the namespace know it, `undefined` for one that is not about it. */
function eventHere<E extends object>(event: E, prefix: string): E | undefined {
  if ('tags' in event && Array.isArray(event.tags)) {
    const tags = new NamespaceTags(prefix).own(event.tags);
    return tags.length === 0 ? undefined : { ...event, tags };
  }
  const key: unknown = 'key' in event ? event.key : undefined;
  if (typeof key !== 'string' || !key.startsWith(prefix)) return undefined;
  return { ...event, key: key.slice(prefix.length) };
}
