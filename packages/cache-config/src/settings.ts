import type { EvictionPolicy } from '@glovebox/cache-core';
import type { CompressionAlgorithm } from '@glovebox/cache-core/codecs';

export const MEGABYTE_BYTES = 1_048_576;
export const HOUR_SECONDS = 3_600;

/** The names that need no `strategies`. */
export type BuiltInStrategyName = 'shared' | 'process_isolated' | 'disabled';

/** `'process'`: an entry survives a killed process. `'power'`: a power cut too, at the cost of two fsyncs a write. */
export type Durability = 'process' | 'power';

/** How small entries are read and written: at once, or through the thread pool, for slow or network disks. */
export type IoMode = 'sync' | 'async';

/** The settings of a cache as one writes them. All may be left out; each may be spelt in snake_case too. */
export interface CacheSettings {
  /** Where entries are kept: a built-in strategy or one of `strategies`. @default 'shared' */
  cacheStrategy?: BuiltInStrategyName | (string & Record<never, never>) | undefined;
  /** Directory of the files; `~/` is the home directory. @default `<os.tmpdir()>/glovebox_cache` */
  cacheRoot?: string | undefined;
  /** Another name of `cacheRoot`. */
  cachePath?: string | undefined;
  /** Locks between processes. Without them single flight and exclusivity hold within one process only. @default true */
  useFileLocking?: boolean | undefined;
  /** Another name of `useFileLocking`. */
  cacheFileLocking?: boolean | undefined;
  /** Most megabytes (of 1,048,576 bytes) held; `null` for no limit. @default 500 */
  maxSizeMb?: number | null | undefined;
  /** Most bytes held, instead of `maxSizeMb`; `null` for no limit. */
  maxSizeBytes?: number | null | undefined;
  /** Most entries held; `null` for no limit. @default 10000 */
  maxEntries?: number | null | undefined;
  /** Hours that an entry lives unless its `set` says otherwise; `null` for ever. @default 24 */
  defaultTtlHours?: number | null | undefined;
  /** The same in seconds, instead of `defaultTtlHours`. */
  defaultTtlSeconds?: number | null | undefined;
  /** What goes when a limit is reached. @default 'lru' */
  evictionPolicy?: EvictionPolicy | undefined;
  /** Seconds between automatic cleanups; 0 or `null` for none. @default 300 */
  cleanupIntervalSeconds?: number | null | undefined;
  /** Milliseconds to wait for a lock. @default 5000 */
  lockTimeoutMs?: number | undefined;
  /** @default 'process' */
  durability?: Durability | undefined;
  /** @default 'sync' */
  io?: IoMode | undefined;
  /** Larger values get a file of their own beside their entry. @default 65536 */
  inlineMaxBytes?: number | undefined;
  /** Memory for entries of a filesystem cache that are read again and again; 0 for none. @default 16777216 */
  hotBytes?: number | undefined;
  /** Stores values of 1,024 bytes and more compressed: `true` by what this Node does best, zstd or brotli. @default false */
  compression?: boolean | CompressionAlgorithm | undefined;
}

/** A complete configuration: one field a setting, defaults filled in. What a strategy is given. */
export interface CacheConfig {
  readonly cacheStrategy: string;
  /** `undefined` for the default root. */
  readonly cacheRoot: string | undefined;
  readonly useFileLocking: boolean;
  readonly maxSizeBytes: number | null;
  readonly maxEntries: number | null;
  readonly defaultTtlSeconds: number | null;
  readonly evictionPolicy: EvictionPolicy;
  /** 0 for no automatic cleanup. */
  readonly cleanupIntervalSeconds: number;
  readonly lockTimeoutMs: number;
  readonly durability: Durability;
  readonly io: IoMode;
  readonly inlineMaxBytes: number;
  readonly hotBytes: number;
  readonly compression: boolean | CompressionAlgorithm;
}

/** What is true of a cache whose configuration says nothing. */
export const DEFAULTS: CacheConfig = Object.freeze({
  cacheStrategy: 'shared',
  cacheRoot: undefined,
  useFileLocking: true,
  maxSizeBytes: 500 * MEGABYTE_BYTES,
  maxEntries: 10_000,
  defaultTtlSeconds: 24 * HOUR_SECONDS,
  evictionPolicy: 'lru',
  cleanupIntervalSeconds: 300,
  lockTimeoutMs: 5_000,
  durability: 'process',
  io: 'sync',
  inlineMaxBytes: 65_536,
  hotBytes: 16 * MEGABYTE_BYTES,
  compression: false,
});
