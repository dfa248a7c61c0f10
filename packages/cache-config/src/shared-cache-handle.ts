import {
  CACHE_PARTS,
  CacheError,
  type CacheManager,
  type CacheParts,
  ForwardingCache,
  partsOf,
} from '@glovebox/cache-core';

/**
 * One owner's hold on a cache that others hold too: closing it leaves them theirs, and a second `close` takes nothing
 * from anybody, which counting on one common object could not tell from another owner's first.
 */
export class SharedCacheHandle extends ForwardingCache {
  readonly name: string;
  readonly capabilities: CacheManager['capabilities'];
  readonly #cache: CacheManager;
  readonly #release: () => Promise<void>;
  #closing: Promise<void> | undefined;

  /** @param release called once, by the first `close` */
  constructor(cache: CacheManager, release: () => Promise<void>) {
    super();
    this.name = cache.name;
    this.capabilities = cache.capabilities;
    this.#cache = cache;
    this.#release = release;
  }

  /** Its use ends with this handle's, too. */
  namespace(name: string): CacheManager {
    return new HeldNamespace(this.#cache.namespace(name), () => this.target());
  }

  close(): Promise<void> {
    this.#closing ??= this.#release();
    return this.#closing;
  }

  [CACHE_PARTS](): CacheParts | undefined {
    return partsOf(this.target());
  }

  protected override target(): CacheManager {
    if (this.#closing === undefined) return this.#cache;
    throw new CacheError('CACHE_CLOSED', `the ${this.name} cache is closed`);
  }
}

/** A namespace that an owner asked his hold for. */
class HeldNamespace extends ForwardingCache {
  readonly name: string;
  readonly capabilities: CacheManager['capabilities'];
  readonly #view: CacheManager;
  readonly #checkHold: () => void;

  /** @param checkHold throws when the hold has ended */
  constructor(view: CacheManager, checkHold: () => void) {
    super();
    this.name = view.name;
    this.capabilities = view.capabilities;
    this.#view = view;
    this.#checkHold = checkHold;
  }

  namespace(name: string): CacheManager {
    return new HeldNamespace(this.#view.namespace(name), this.#checkHold);
  }

  close(): Promise<void> {
    return this.#view.close();
  }

  [CACHE_PARTS](): CacheParts | undefined {
    return partsOf(this.target());
  }

  protected override target(): CacheManager {
    this.#checkHold();
    return this.#view;
  }
}
