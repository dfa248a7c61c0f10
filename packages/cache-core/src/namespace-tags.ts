import { checkListOptions } from './list-options.js';
import type { Factory, FactoryContext, ListOptions, SetOptions } from './types.js';

/** The tags of a namespace as the whole cache knows them, and back. Its keys begin as its tags do. */
export class NamespaceTags {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** What is no array of tags stays as it is, for the cache to refuse. */
  there(tags: readonly string[]): readonly string[] {
    const isValid = Array.isArray(tags) && tags.every((tag) => typeof tag === 'string' && tag !== '');
    return isValid ? tags.map((tag) => this.#prefix + tag) : tags;
  }

  here(tags: readonly string[]): readonly string[] {
    return tags.map((tag) => (tag.startsWith(this.#prefix) ? tag.slice(this.#prefix.length) : tag));
  }

  /** Those of the namespace among the tags of the whole cache. */
  own(tags: readonly string[]): readonly string[] {
    return this.here(tags.filter((tag) => tag.startsWith(this.#prefix)));
  }

  optionsThere<O extends SetOptions>(options: O | undefined): O | undefined {
    const tags = options?.tags;
    return options === undefined || tags === undefined ? options : { ...options, tags: this.there(tags) };
  }

  /** @throws CacheError `CACHE_INVALID_CONFIG`, `CACHE_INVALID_KEY` */
  listOptionsThere(operation: 'keys' | 'entries', options: ListOptions): ListOptions {
    const { prefix = '', tag, ...others } = checkListOptions(operation, options);
    const tagThere = tag === undefined ? undefined : this.#prefix + tag;
    return { ...others, prefix: this.#prefix + prefix, tag: tagThere };
  }

  /** A factory whose context takes this namespace's tags. */
  factoryThere<T>(factory: Factory<T>): Factory<T> {
    // What is no function is refused by the cache.
    if (typeof factory !== 'function') return factory;
    return (context) => factory(this.#contextHere(context));
  }

  #contextHere(context: FactoryContext): FactoryContext {
    return {
      get signal() {
        return context.signal;
      },
      get previous() {
        return context.previous;
      },
      setTtl: (ttl) => context.setTtl(ttl),
      setTags: (tags) => context.setTags(this.there(tags)),
      skip: () => context.skip(),
    };
  }
}
