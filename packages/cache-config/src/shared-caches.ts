import { createSecretKey, KeyObject } from 'node:crypto';
import { CacheError, type CacheManager, checkOptions } from '@glovebox/cache-core';
import {
  type CacheContext,
  contextRules,
  parseCacheConfig,
  parseUserConfig,
  type UserConfigInput,
} from './config-input.js';
import { adviseOnEnvironment } from './environment-advice.js';
import type { EitherSpelling } from './field-names.js';
import type { CacheConfig, CacheSettings } from './settings.js';
import { SharedCacheHandle } from './shared-cache-handle.js';
import { type CacheStrategy, findStrategy, openCache, storeOf } from './strategies.js';

const OWNER = 'getSharedCache';

interface SharedCache {
  readonly cache: CacheManager;
  readonly config: CacheConfig;
  readonly context: CacheContext;
  readonly strategy: CacheStrategy;
  /** Names the store and the namespace, among the caches of one strategy. */
  readonly place: string;
  readonly handles: Set<SharedCacheHandle>;
}

const sharedCaches = new Set<SharedCache>();
/** Closings under way, of caches that have no handles any more. */
const closings = new Set<Promise<void>>();

/**
 * A handle of the one cache that this process has for the configuration's root and the namespace. The cache is opened
 * with its first handle and closed with its last; an operation on a closed handle rejects with `CACHE_CLOSED`.
 *
 * @param config a user configuration if it has a section `cache`, as what `loadUserConfig` returns; else settings of a
 * cache, as `createFilesystemCache` takes them
 * @throws CacheError `CACHE_INVALID_CONFIG`, also if the cache is open with other settings; or what opening throws
 */
export function getSharedCache(
  config: UserConfigInput | EitherSpelling<CacheSettings> = {},
  context: CacheContext = {},
): CacheManager {
  checkOptions(OWNER, context, contextRules);
  adviseOnEnvironment(context.logger);
  const isUserConfig = typeof config === 'object' && config !== null && 'cache' in config;
  const parse = isUserConfig ? parseUserConfig : parseCacheConfig;
  const complete = parse(OWNER, config, context.strategies);
  const shared = findShared(complete, context);
  const handle = new SharedCacheHandle(shared.cache, () => release(shared, handle));
  shared.handles.add(handle);
  return handle;
}

/** Closes every shared cache, whoever still holds one: for the end of a program or of a test. */
export async function closeSharedCaches(): Promise<void> {
  const handles = [...sharedCaches].flatMap((shared) => [...shared.handles]);
  await Promise.all(handles.map((handle) => handle.close()));
  await Promise.all(closings);
}

function findShared(config: CacheConfig, context: CacheContext): SharedCache {
  const strategy = findStrategy(config.cacheStrategy, context.strategies);
  const place = JSON.stringify([storeOf(strategy, config), context.namespace]);
  const known = [...sharedCaches].find((shared) => shared.strategy === strategy && shared.place === place);
  if (known !== undefined) {
    checkSameSettings(known, config, context);
    return known;
  }
  const shared = {
    cache: openCache(config, context),
    config,
    context,
    strategy,
    place,
    handles: new Set<SharedCacheHandle>(),
  };
  sharedCaches.add(shared);
  return shared;
}

async function release(shared: SharedCache, handle: SharedCacheHandle): Promise<void> {
  shared.handles.delete(handle);
  if (shared.handles.size > 0) return;
  // Before the cache has closed: who asks meanwhile gets a new one.
  sharedCaches.delete(shared);
  const closing = shared.cache.close();
  closings.add(closing);
  await closing.finally(() => closings.delete(closing));
}

/** Two owners with different limits on one store: whichever was ignored, somebody would be surprised. */
function checkSameSettings(known: SharedCache, config: CacheConfig, context: CacheContext): void {
  const { cacheRoot: _, ...settings } = config;
  const differing = Object.entries(settings)
    .filter(([name, value]) => Reflect.get(known.config, name) !== value)
    .map(([name, value]) => `${name} is ${value}, and the open cache has ${Reflect.get(known.config, name)}`);
  if (known.context.clock !== context.clock) differing.push('clock is another one than that of the open cache');
  if (!areSameKeys(known.context.encryptionKeys, context.encryptionKeys)) {
    differing.push('encryptionKeys are others than those of the open cache');
  }
  if (differing.length === 0) return;
  throw new CacheError(
    'CACHE_INVALID_CONFIG',
    `${OWNER}: ${differing.join('; ')}; allowed are equal settings while the cache of one root and namespace is open`,
  );
}

type Keys = readonly (Uint8Array | KeyObject)[];

/** @param known keys of a cache that is open: they have been checked */
function areSameKeys(known: Keys | undefined, given: Keys | undefined): boolean {
  if (known === given) return true;
  if (known === undefined || !Array.isArray(given) || known.length !== given.length) return false;
  return known.every((key, index) => {
    const other: unknown = given[index];
    const secret = key instanceof Uint8Array ? createSecretKey(key) : key;
    if (other instanceof KeyObject) return secret.equals(other);
    return other instanceof Uint8Array && secret.equals(createSecretKey(other));
  });
}
