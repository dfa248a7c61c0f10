export type { CacheContext, UserConfigInput } from './config-input.js';
export {
  type CacheFactoryOptions,
  createCacheFromUserConfig,
  createDefaultCache,
  createFilesystemCache,
  createMemoryCache,
  type MemoryCacheFactoryOptions,
} from './factories.js';
export type { EitherSpelling } from './field-names.js';
export { cacheConfigJsonSchema, userConfigJsonSchema } from './json-schema.js';
export { defaultConfigPath, type LoadUserConfigOptions, loadUserConfig } from './load-user-config.js';
export { cacheConfigSchema, userConfigSchema } from './schemas.js';
export type { BuiltInStrategyName, CacheConfig, CacheSettings, Durability, IoMode } from './settings.js';
export { closeSharedCaches, getSharedCache } from './shared-caches.js';
export {
  builtInStrategies,
  type CacheStrategies,
  type CacheStrategy,
  type StrategyContext,
  transformsOf,
} from './strategies.js';
export type { UserConfig, UserSettings } from './user-config.js';
