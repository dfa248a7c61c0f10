import { CacheError } from './errors.js';
import { isPromiseLike } from './key-queue.js';
import { describeValue, optionRules } from './options.js';

/** What listeners are told. Values are never among it. */
export interface CacheEvents {
  hit: { readonly key: string };
  miss: { readonly key: string };
  set: { readonly key: string };
  delete: { readonly key: string };
  /** A live entry was removed to respect a limit. */
  evict: { readonly key: string };
  /** An entry was removed because its time to live was over. */
  expire: { readonly key: string };
  /** Every entry was removed; in a namespace, every entry of it. */
  clear: Record<never, never>;
  /** Entries with one of these tags are misses from now on. The whole cache is told of a namespace's too, as the store knows them. */
  invalidate: { readonly tags: readonly string[] };
  /** A fault that was turned into a miss or a refused write. */
  error: { readonly operation: string; readonly key?: string; readonly error: CacheError };
}

export type CacheEventName = keyof CacheEvents;
export type CacheListener<N extends CacheEventName> = (event: CacheEvents[N]) => void;

const EVENT_NAMES: readonly CacheEventName[] = [
  'hit',
  'miss',
  'set',
  'delete',
  'evict',
  'expire',
  'clear',
  'invalidate',
  'error',
];

/** One call of `on`: the same function may be registered twice, and taken off once. */
interface Registration {
  readonly listener: (event: never) => unknown;
}

/** Listeners by event. An `error` without listeners is not thrown, unlike with Node's emitter. */
export class CacheEmitter {
  /** By the prefix of the keys that they are about, and the event. */
  readonly #listeners = new Map<string, ReadonlySet<Registration>>();
  readonly #onListenerError: (error: unknown) => void;

  /** @param onListenerError told what a listener threw: it must not reach the cache's caller */
  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  /**
   * Calls `listener` at each such event until the returned function is called.
   * @param prefix of the namespace that it is an event of, if it is not one of the whole cache
   * @throws CacheError `CACHE_INVALID_CONFIG` for an event that does not exist, or a listener that is no function
   */
  on<N extends CacheEventName>(name: N, listener: CacheListener<N>, prefix = ''): () => void {
    checkListener(name, listener);
    const registration: Registration = { listener };
    const topic = prefix + name;
    // Sets are replaced, never changed: one that is being told stays as it was when the event happened.
    this.#listeners.set(topic, new Set([...(this.#listeners.get(topic) ?? []), registration]));
    return () => {
      const left = new Set(this.#listeners.get(topic));
      left.delete(registration);
      if (left.size > 0) this.#listeners.set(topic, left);
      else this.#listeners.delete(topic);
    };
  }

  hasListeners(name: CacheEventName): boolean {
    return this.#listeners.size > 0 && this.#listeners.has(name);
  }

  emit<N extends CacheEventName>(name: N, event: CacheEvents[N], prefix = ''): void {
    const listeners = this.#listeners.get(prefix + name);
    if (listeners === undefined) return;
    for (const { listener } of listeners) {
      try {
        const result = (listener as (event: CacheEvents[N]) => unknown)(event);
        // An async listener that fails would otherwise end the process, by a rejection that nobody handles.
        if (isPromiseLike(result)) result.then(undefined, this.#onListenerError);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** @throws CacheError `CACHE_INVALID_CONFIG` */
export function checkListener(name: unknown, listener: unknown): void {
  const allowed = optionRules.oneOf(...EVENT_NAMES)(name);
  if (allowed !== undefined) {
    throw new CacheError('CACHE_INVALID_CONFIG', `the event is ${describeValue(name)}; allowed is ${allowed}`);
  }
  if (typeof listener !== 'function') {
    throw new CacheError('CACHE_INVALID_CONFIG', `the listener is ${describeValue(listener)}; allowed is a function`);
  }
}
