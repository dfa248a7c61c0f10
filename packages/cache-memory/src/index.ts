export { createMemoryCache, MemoryCache } from './memory-cache.js';
export type { MemoryCacheOptions } from './memory-options.js';
