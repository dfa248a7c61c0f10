import { createDefaultCache, createFilesystemCache } from '@glovebox/cache-config';
import type { CacheLogger, CacheManager } from '@glovebox/cache-core';

const logger: CacheLogger = {
  warn: (message) => process.stderr.write(`warning: ${message}\n`),
  error: (message) => process.stderr.write(`error: ${message}\n`),
};

/** The cache in a folder, or the default one, and the folder in which its files are. @throws CacheError */
export function openCache(cacheRoot: string | undefined): { cache: CacheManager; root: string } {
  const cache = cacheRoot === undefined ? createDefaultCache({ logger }) : createFilesystemCache({ cacheRoot, logger });
  const root = 'directory' in cache && typeof cache.directory === 'string' ? cache.directory : `(${cache.name})`;
  return { cache, root };
}
