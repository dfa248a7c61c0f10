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
    return new HeldNamespace(this.#cache.namespace(name), {
      check: () => this.target(),
      untilClosed: (stop) => this.untilClosed(stop),
    });
  }

  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.stopListening();
      this.#closing = this.#release();
    }
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

/** What a namespace needs of the hold that it was asked of. */
interface Hold {
  /** @throws CacheError `CACHE_CLOSED` when it has ended */
  check(): void;
  /** What listens must end with the hold. */
  untilClosed(stop: () => void): () => void;
}

/** A namespace that an owner asked his hold for. */
class HeldNamespace extends ForwardingCache {
  readonly name: string;
  readonly capabilities: CacheManager['capabilities'];
  readonly #view: CacheManager;
  readonly #hold: Hold;

  constructor(view: CacheManager, hold: Hold) {
    super();
    this.name = view.name;
    this.capabilities = view.capabilities;
    this.#view = view;
    this.#hold = hold;
  }

  namespace(name: string): CacheManager {
    return new HeldNamespace(this.#view.namespace(name), this.#hold);
  }

  close(): Promise<void> {
    this.stopListening();
    return this.#view.close();
  }

  [CACHE_PARTS](): CacheParts | undefined {
    return partsOf(this.target());
  }

  protected override untilClosed(stop: () => void): () => void {
    return super.untilClosed(this.#hold.untilClosed(stop));
  }

  protected override target(): CacheManager {
    this.#hold.check();
    return this.#view;
  }
}
