import type { KeyObject } from 'node:crypto';
import {
  type BaseCacheOptions,
  CacheError,
  type CacheLogger,
  type CacheManager,
  type Clock,
  type CodecTransform,
  describeValue,
  isCacheError,
  type OptionRule,
  type OptionRules,
  optionRules,
} from '@glovebox/cache-core';
import { compress, encrypt } from '@glovebox/cache-core/codecs';
import { createFilesystemCache } from '@glovebox/cache-fs';
import { createMemoryCache } from '@glovebox/cache-memory';
import { BUILT_IN_STRATEGY_NAMES } from './fields.js';
import { physicalRoot } from './physical-root.js';
import type { BuiltInStrategyName, CacheConfig } from './settings.js';

/** What a strategy is told besides the configuration. */
export interface StrategyContext {
  /** Caches of different namespaces never see each other's entries. */
  readonly namespace?: string | undefined;
  readonly clock?: Clock | undefined;
  readonly logger?: CacheLogger | undefined;
  /**
   * Keys of 32 random bytes: values are stored encrypted by the first, and read by all. Never part of a file of settings.
   * @default none
   */
  readonly encryptionKeys?: readonly (Uint8Array | KeyObject)[] | undefined;
}

/** A way to keep entries: a plain object, so that an application can add its own. */
export interface CacheStrategy {
  /** A ready cache for the configuration; what it throws reaches whoever called the factory. */
  create(config: CacheConfig, context: StrategyContext): CacheManager;
  /**
   * Names the store that `config` opens, so that `getSharedCache` can tell two configurations of one store.
   * @default the configuration's root
   */
  storeOf?(config: CacheConfig): string;
  /**
   * Whether `create` has its cache encrypt by `context.encryptionKeys`: else they are refused, and not ignored.
   * @default false
   */
  readonly encrypts?: boolean;
}

/** Strategies by the name that `cacheStrategy` gives. */
export type CacheStrategies = Readonly<Record<string, CacheStrategy>>;

/** Where the name of a strategy is looked up, besides the built-in ones. */
interface StrategyLookup {
  readonly strategies?: CacheStrategies | undefined;
}

/** The strategies that need no adding. */
export const builtInStrategies: Readonly<Record<BuiltInStrategyName, CacheStrategy>> = Object.freeze({
  shared: {
    create: (config, context) =>
      createFilesystemCache({ ...filesystemOptions(config, context), processIsolated: false }),
    storeOf: ({ cacheRoot }) => physicalRoot(cacheRoot),
    encrypts: true,
  },
  process_isolated: {
    create: (config, context) =>
      createFilesystemCache({ ...filesystemOptions(config, context), processIsolated: true }),
    storeOf: ({ cacheRoot }) => physicalRoot(cacheRoot),
    encrypts: true,
  },
  disabled: {
    create: (config, context) => createMemoryCache(baseOptions(config, context)),
    storeOf: () => 'memory',
    encrypts: true,
  },
});

/** The options of a configuration that every backend built on the base class takes. */
export function baseOptions(config: CacheConfig, context: StrategyContext): BaseCacheOptions {
  const { clock, logger } = context;
  return {
    defaultTtl: config.defaultTtlSeconds,
    maxEntries: config.maxEntries ?? undefined,
    maxSizeBytes: config.maxSizeBytes ?? undefined,
    evictionPolicy: config.evictionPolicy,
    cleanupIntervalSeconds: config.cleanupIntervalSeconds,
    clock,
    logger,
    transforms: transformsOf(config, context),
  };
}

/** What a configuration and the keys that a program has beside it do to values: the option `transforms` of every backend. */
export function transformsOf(
  { compression }: Pick<CacheConfig, 'compression'>,
  { encryptionKeys }: Pick<StrategyContext, 'encryptionKeys'>,
): CodecTransform[] {
  const transforms: CodecTransform[] = [];
  if (compression !== false) transforms.push(compress(compression === true ? {} : { algorithm: compression }));
  if (encryptionKeys !== undefined) transforms.push(encrypt({ keys: encryptionKeys }));
  return transforms;
}

function filesystemOptions(config: CacheConfig, context: StrategyContext) {
  const { cacheRoot, useFileLocking, lockTimeoutMs, durability, io, inlineMaxBytes, hotBytes } = config;
  return {
    ...baseOptions(config, context),
    namespace: context.namespace,
    cacheRoot,
    useFileLocking,
    lockTimeoutMs,
    durability,
    io,
    inlineMaxBytes,
    hotBytes,
  };
}

export function strategyNamesOf(strategies: CacheStrategies = {}): string[] {
  return [...BUILT_IN_STRATEGY_NAMES, ...Object.keys(strategies)];
}

/** The rule of the option `strategies`. */
export const strategyRules = { strategies: checkStrategies } satisfies OptionRules;

/** @throws CacheError `CACHE_INVALID_CONFIG` if there is none, which validated configurations rule out */
export function findStrategy(name: string, strategies: CacheStrategies = {}): CacheStrategy {
  const all: CacheStrategies = { ...strategies, ...builtInStrategies };
  const strategy = Object.hasOwn(all, name) ? all[name] : undefined;
  if (strategy !== undefined) return strategy;
  throw new CacheError('CACHE_INVALID_CONFIG', `there is no strategy ${describeValue(name)}`);
}

/** A ready cache. @throws CacheError of the strategy's, or `CACHE_BACKEND_FAILED` around what else it throws */
export function openCache(config: CacheConfig, options: StrategyContext & StrategyLookup): CacheManager {
  const { namespace, clock, logger, encryptionKeys } = options;
  const strategy = findStrategy(config.cacheStrategy, options.strategies);
  if (encryptionKeys !== undefined && strategy.encrypts !== true) {
    const text = `the strategy '${config.cacheStrategy}' does not encrypt; allowed with encryptionKeys is one that says encrypts: true`;
    throw new CacheError('CACHE_INVALID_CONFIG', text);
  }
  let cache: unknown;
  try {
    cache = strategy.create(config, { namespace, clock, logger, encryptionKeys });
  } catch (cause) {
    if (isCacheError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const text = `the strategy '${config.cacheStrategy}' could not open its cache: ${reason}`;
    throw new CacheError('CACHE_BACKEND_FAILED', text, { cause });
  }
  if (isCacheManager(cache)) return cache;
  const found = cache instanceof Promise ? 'a promise' : describeValue(cache);
  throw new CacheError(
    'CACHE_INVALID_CONFIG',
    `the strategy '${config.cacheStrategy}' made ${found}; allowed is a cache, ready to use`,
  );
}

function isCacheManager(value: unknown): value is CacheManager {
  if (typeof value !== 'object' || value === null) return false;
  return ['get', 'set', 'delete', 'getOrSet', 'close'].every((name) => typeof Reflect.get(value, name) === 'function');
}

function checkStrategies(strategies: unknown): ReturnType<OptionRule> {
  if (typeof strategies !== 'object' || strategies === null || Array.isArray(strategies)) {
    return 'an object of strategies by name';
  }
  for (const [name, strategy] of Object.entries(strategies)) {
    if (optionRules.oneOf(...BUILT_IN_STRATEGY_NAMES)(name) === undefined) return `names other than '${name}'`;
    if (typeof strategy !== 'object' || strategy === null || typeof Reflect.get(strategy, 'create') !== 'function') {
      return `strategies that are objects with create(); '${name}' is none`;
    }
  }
  return undefined;
}

/** The store that a configuration opens, by the strategy's account. */
export function storeOf(strategy: CacheStrategy, config: CacheConfig): string {
  return strategy.storeOf === undefined ? physicalRoot(config.cacheRoot) : strategy.storeOf(config);
}
