import type { CacheError } from './errors.js';

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
  clear: Record<never, never>;
  /** A fault that was turned into a miss or a refused write. */
  error: { readonly operation: string; readonly key?: string; readonly error: CacheError };
}

export type CacheEventName = keyof CacheEvents;
export type CacheListener<N extends CacheEventName> = (event: CacheEvents[N]) => void;

/** Listeners by event. An `error` without listeners is not thrown, unlike with Node's emitter. */
export class CacheEmitter {
  readonly #listeners = new Map<CacheEventName, Set<(event: never) => void>>();
  readonly #onListenerError: (error: unknown) => void;

  /** @param onListenerError told what a listener threw: it must not reach the cache's caller */
  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  /** Calls `listener` at each such event until the returned function is called. */
  on<N extends CacheEventName>(name: N, listener: CacheListener<N>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(name);
    };
  }

  hasListeners(name: CacheEventName): boolean {
    return this.#listeners.size > 0 && this.#listeners.has(name);
  }

  emit<N extends CacheEventName>(name: N, event: CacheEvents[N]): void {
    const listeners = this.#listeners.get(name);
    if (listeners === undefined) return;
    for (const listener of [...listeners]) {
      try {
        (listener as CacheListener<N>)(event);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
