import {
  type BaseCacheOptions,
  baseOptionRules,
  CacheError,
  checkOptions,
  type Isolation,
  optionRules,
} from '@glovebox/cache-core';

/** Options of {@link createMemoryCache}. Without a limit the cache grows with what is stored in it. */
export interface MemoryCacheOptions extends BaseCacheOptions {
  /**
   * How values are kept apart from the caller's objects. `'clone'` copies at `set` and at each `get`. `'freeze'` copies at
   * `set` and hands out that copy, deeply frozen; values that hold what freezing can't protect (`Map`, `Set`, `Date`,
   * bytes, `RegExp`) are copied at each `get` too. `'reference'` stores and hands out the object itself: fastest, and
   * whoever changes it changes the cache. With `transforms` only `'clone'`: values are kept encoded then.
   * @default 'clone'
   */
  isolation?: Isolation | undefined;
}

const MEMORY_OPTION_RULES = {
  ...baseOptionRules,
  isolation: optionRules.oneOf('clone', 'freeze', 'reference'),
} as const;

/** The options themselves. @throws CacheError `CACHE_INVALID_CONFIG` naming the field that is wrong */
export function checkedOptions(options: MemoryCacheOptions): MemoryCacheOptions {
  checkOptions('createMemoryCache', options, MEMORY_OPTION_RULES);
  const { isolation = 'clone', transforms } = options;
  if (isolation === 'clone' || isNone(transforms)) return options;
  throw new CacheError(
    'CACHE_INVALID_CONFIG',
    `createMemoryCache: isolation is '${isolation}' beside transforms, which keep no object; allowed is 'clone'`,
  );
}

/** Whether values are kept as objects. */
export function isNone(transforms: MemoryCacheOptions['transforms']): boolean {
  return transforms === undefined || transforms.length === 0;
}
