import { checkEntries, checkKey, checkKeys, checkPair } from './checks.js';
import { CacheError } from './errors.js';
import type { CacheEventName, CacheListener } from './events.js';
import { CACHE_PARTS, type CacheParts, partsOf } from './fitting.js';
import { type CacheOrigin, ForwardingCache } from './forwarding-cache.js';
import { prefixOf } from './namespace-keys.js';
import { NamespaceTags } from './namespace-tags.js';
import { describeValue } from './options.js';
import type {
  ByteSource,
  CacheCapabilities,
  CacheManager,
  CacheMetadata,
  CacheStats,
  Factory,
  GetOrSetOptions,
  ListOptions,
  LookupResult,
  SetOptions,
  SetStreamOptions,
} from './types.js';

/** What a namespace needs of the cache that it is a part of, besides the operations. */
export interface NamespaceHost {
  readonly cache: CacheManager;
  /** Removes every entry of the namespace, expired ones too. */
  clearNamespace(namespace: string): Promise<void>;
  /** What this instance has counted for its keys, and what the store holds of them. */
  statsOfNamespace(namespace: string): Promise<CacheStats>;
  /** Listens to what happens to its keys, told as its users know them. */
  listenTo<N extends CacheEventName>(namespace: string, name: N, listener: CacheListener<N>): () => void;
}

/** The view, or nothing, that a namespace was asked of. */
interface Parent {
  readonly path: string;
  /** @throws CacheError `CACHE_CLOSED` */
  check(): void;
  /** What listens must end with the parent. */
  untilClosed(stop: () => void): () => void;
}

const NO_PARENT: Parent = { path: '', check: () => {}, untilClosed: (stop) => stop };

/**
 * A part of a cache under keys and tags of its own. Names are escaped so that the mark and the slash between nested ones stand for
 * themselves alone: no namespace's prefix begins another's, and equal names in an equal order mean the same namespace.
 */
export class NamespaceView extends ForwardingCache {
  readonly name: string;
  readonly capabilities: CacheCapabilities;
  readonly #host: NamespaceHost;
  readonly #path: string;
  readonly #prefix: string;
  readonly #tags: NamespaceTags;
  readonly #parent: Parent;
  #isClosed = false;

  /** @throws CacheError `CACHE_INVALID_KEY` */
  constructor(host: NamespaceHost, name: string, parent: Parent = NO_PARENT) {
    super();
    if (typeof name !== 'string' || name === '' || !name.isWellFormed()) {
      const found = typeof name === 'string' && name !== '' ? 'a text with a lone surrogate' : describeValue(name);
      throw new CacheError('CACHE_INVALID_KEY', `the namespace is ${found}; allowed is text that is not empty`);
    }
    this.name = host.cache.name;
    // Counters live with the instance, whatever the store does with its own.
    this.capabilities = Object.freeze({ ...host.cache.capabilities, persistentStats: false });
    this.#host = host;
    this.#path = `${parent.path === '' ? '' : `${parent.path}/`}${encodeURIComponent(name)}`;
    this.#prefix = prefixOf(this.#path);
    this.#tags = new NamespaceTags(this.#prefix);
    this.#parent = parent;
  }

  namespace(name: string): CacheManager {
    return new NamespaceView(this.#host, name, {
      path: this.#path,
      check: () => this.target(),
      untilClosed: (stop) => this.untilClosed(stop),
    });
  }

  /** Ends the use of this view, and of those made from it. The cache stays open, and so do other views. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.stopListening();
  }

  override origin(): CacheOrigin {
    return { instance: this.target(), namespace: this.#path };
  }

  /** For `@glovebox/cache-core/typed`. */
  [CACHE_PARTS](): CacheParts | undefined {
    const parts = partsOf(this.target());
    return parts && { ...parts, prefix: this.#prefix };
  }

  protected override target(): CacheManager {
    if (this.#isClosed) throw new CacheError('CACHE_CLOSED', `the namespace of the ${this.name} cache is closed`);
    this.#parent.check();
    return this.#host.cache;
  }

  protected override keyThere(key: string): string {
    checkKey(key);
    return this.#prefix + key;
  }

  override set(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    return super.set(key, value, this.#tags.optionsThere(options));
  }

  override setStream(key: string, source: ByteSource, options?: SetStreamOptions): Promise<boolean> {
    return super.setStream(key, source, this.#tags.optionsThere(options));
  }

  override add(key: string, value: unknown, options?: SetOptions): Promise<boolean> {
    return super.add(key, value, this.#tags.optionsThere(options));
  }

  override update<T = unknown>(
    key: string,
    change: (current: T | undefined) => T | undefined | Promise<T | undefined>,
    options?: SetOptions,
  ): Promise<T | undefined> {
    return super.update(key, change, this.#tags.optionsThere(options));
  }

  override increment(key: string, by?: number, options?: SetOptions): Promise<number | undefined> {
    return super.increment(key, by, this.#tags.optionsThere(options));
  }

  override getOrSet<T>(key: string, factory: Factory<T>, options?: GetOrSetOptions<T>): Promise<T> {
    return super.getOrSet(key, this.#tags.factoryThere(factory), this.#tags.optionsThere(options));
  }

  override async invalidateTags(tags: readonly string[]): Promise<boolean> {
    return this.target().invalidateTags(this.#tags.there(tags));
  }

  override async lookup<T = unknown>(key: string): Promise<LookupResult<T>> {
    const found = await super.lookup<T>(key);
    return found.hit ? { ...found, metadata: this.#metadataHere(found.metadata) } : found;
  }

  override async getMetadata(key: string): Promise<CacheMetadata | undefined> {
    const metadata = await super.getMetadata(key);
    return metadata && this.#metadataHere(metadata);
  }

  override async getMany<T = unknown>(keys: readonly string[]): Promise<Map<string, T>> {
    const found = await this.target().getMany<T>(this.#keysThere(keys));
    return new Map(Array.from(found, ([key, value]) => [this.#keyHere(key), value]));
  }

  override async deleteMany(keys: readonly string[]): Promise<number> {
    return this.target().deleteMany(this.#keysThere(keys));
  }

  override async setMany(entries: Iterable<readonly [string, unknown, SetOptions?]>): Promise<number> {
    const target = this.target();
    checkEntries(entries);
    const entriesThere = Array.from(entries, (entry): readonly [string, unknown, SetOptions?] => {
      checkPair(entry);
      const [key, value, options] = entry;
      const keyThere = this.keyThere(key);
      const optionsThere = this.#tags.optionsThere(options);
      return optionsThere === undefined ? [keyThere, value] : [keyThere, value, optionsThere];
    });
    return target.setMany(entriesThere);
  }

  override async *keys(options: ListOptions = {}): AsyncGenerator<string> {
    const target = this.target();
    for await (const key of target.keys(this.#tags.listOptionsThere('keys', options))) {
      yield this.#keyHere(key);
      this.target();
    }
  }

  override async *entries(options: ListOptions = {}): AsyncGenerator<CacheMetadata> {
    const target = this.target();
    for await (const metadata of target.entries(this.#tags.listOptionsThere('entries', options))) {
      yield this.#metadataHere(metadata);
      this.target();
    }
  }

  override async clear(): Promise<void> {
    this.target();
    await this.#host.clearNamespace(this.#path);
  }

  override async getStats(): Promise<CacheStats> {
    this.target();
    return this.#host.statsOfNamespace(this.#path);
  }

  override on<N extends CacheEventName>(name: N, listener: CacheListener<N>): () => void {
    this.target();
    return this.untilClosed(this.#host.listenTo(this.#path, name, listener));
  }

  protected override untilClosed(stop: () => void): () => void {
    return super.untilClosed(this.#parent.untilClosed(stop));
  }

  #keysThere(keys: readonly string[]): string[] {
    checkKeys(keys);
    return keys.map((key) => this.#prefix + key);
  }

  #keyHere(key: string): string {
    return key.slice(this.#prefix.length);
  }

  #metadataHere(metadata: CacheMetadata): CacheMetadata {
    return { ...metadata, key: this.#keyHere(metadata.key), tags: this.#tags.here(metadata.tags) };
  }
}
