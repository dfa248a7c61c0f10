import { type BaseCacheOptions, baseOptionRules, type OptionRules, optionRules } from '@glovebox/cache-core';
import { cacheRootRules } from './root/cache-root.js';

export interface FilesystemCacheOptions extends BaseCacheOptions {
  /** The cache's directory; made if it is missing, refused if others can write to it. @default `<os.tmpdir()>/glovebox_cache` */
  cacheRoot?: string | undefined;
  /** Keeps these entries apart from those of other namespaces in the same root. @default none */
  namespace?: string | undefined;
  /**
   * Locks between processes for `getOrSet` (one process runs the factory) and `withLock`. Without it both hold within
   * this process only; single operations are as safe. @default true
   */
  useFileLocking?: boolean | undefined;
  /** Longest wait for a lock, in milliseconds. @default 5000 */
  lockTimeoutMs?: number | undefined;
  /** Keeps the entries in a folder of this process, removed when the cache is closed. @default false */
  processIsolated?: boolean | undefined;
  /** `'power'` also waits for the disk at each write, so that what was acknowledged survives a power cut. @default 'process' */
  durability?: 'process' | 'power' | undefined;
  /** `'async'` sends small entries through the thread pool too: slower, but a slow disk blocks nothing. @default 'sync' */
  io?: 'sync' | 'async' | undefined;
  /** Larger values get a file of their own, in bytes. @default 65536 */
  inlineMaxBytes?: number | undefined;
  /**
   * Memory for entries that are read again and again, in bytes; 0 for none. They are served after one look at the file's
   * times, two seconds after it was written at the earliest. Only on Linux and its local file systems, and with the `io`
   * `'sync'`: elsewhere nothing is kept. @default 16777216
   */
  hotBytes?: number | undefined;
}

export const DEFAULT_INLINE_MAX_BYTES = 64 * 1024;
export const DEFAULT_HOT_BYTES = 16 * 1024 * 1024;
export const DEFAULT_LOCK_TIMEOUT_MS = 5_000;

export const filesystemOptionRules: OptionRules = {
  ...baseOptionRules,
  ...cacheRootRules,
  useFileLocking: optionRules.boolean,
  lockTimeoutMs: optionRules.positiveInteger,
  durability: optionRules.oneOf('process', 'power'),
  io: optionRules.oneOf('sync', 'async'),
  inlineMaxBytes: optionRules.positiveInteger,
  hotBytes: (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? undefined : 'a whole number, 0 for none',
};
