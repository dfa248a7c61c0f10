import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CacheManager, Clock } from '@glovebox/cache-core';
import type { ConformanceTarget } from '../target.js';
import { MapCache } from './map-cache.js';

const MEMORY_PACKAGE = '@glovebox/cache-memory';

/**
 * What a backend is compared with unless the caller says: the memory backend if the project that runs this has it, else
 * a Map. The testkit itself depends on no backend.
 */
export async function defaultBaseline(directory: string = process.cwd()): Promise<ConformanceTarget> {
  const createMemoryCache = await memoryFactory(directory);
  if (createMemoryCache !== undefined) {
    return { name: MEMORY_PACKAGE, create: (config, { clock }) => createMemoryCache({ ...config, clock }) };
  }
  return { name: "a Map with the core's codec", create: (config, { clock }) => new MapCache({ ...config, clock }) };
}

type MemoryFactory = (options: { readonly clock: Clock }) => CacheManager;

async function memoryFactory(directory: string): Promise<MemoryFactory | undefined> {
  let path: string;
  try {
    path = createRequire(join(directory, 'package.json')).resolve(MEMORY_PACKAGE);
  } catch {
    return undefined;
  }
  const memory: { readonly createMemoryCache?: unknown } = await import(pathToFileURL(path).href);
  const { createMemoryCache } = memory;
  // What a package of this name exports under this name, its own tests have seen to.
  return typeof createMemoryCache === 'function' ? (createMemoryCache as MemoryFactory) : undefined;
}
