import type { CacheManager } from '@glovebox/cache-core';

/** What is measured of a cache. */
export interface Operation {
  readonly name: string;
  /** `stored` keys are there before and after; `fresh` ones are new to the cache. */
  readonly keys: 'stored' | 'fresh';
  /** Fresh keys are stored before the clock starts, or removed after it has stopped. */
  readonly preparation?: 'store before' | 'remove after';
  run(cache: CacheManager, key: string, value: unknown): Promise<unknown>;
  /** A cache that answers wrongly has no speed. */
  isRight(answer: unknown): boolean;
}

const isTrue = (answer: unknown) => answer === true;
const isPresent = (answer: unknown) => answer !== undefined;

export const OPERATIONS: readonly Operation[] = [
  {
    name: 'set new',
    keys: 'fresh',
    preparation: 'remove after',
    run: (cache, key, value) => cache.set(key, value),
    isRight: isTrue,
  },
  { name: 'set replace', keys: 'stored', run: (cache, key, value) => cache.set(key, value), isRight: isTrue },
  { name: 'get', keys: 'stored', run: (cache, key) => cache.get(key), isRight: isPresent },
  { name: 'miss', keys: 'fresh', run: (cache, key) => cache.get(key), isRight: (answer) => answer === undefined },
  {
    name: 'delete',
    keys: 'fresh',
    preparation: 'store before',
    run: (cache, key) => cache.delete(key),
    isRight: isTrue,
  },
  {
    name: 'getOrSet hit',
    keys: 'stored',
    run: (cache, key, value) => cache.getOrSet(key, () => value),
    isRight: isPresent,
  },
  {
    name: 'getOrSet miss',
    keys: 'fresh',
    preparation: 'remove after',
    run: (cache, key, value) => cache.getOrSet(key, () => value),
    isRight: isPresent,
  },
];
