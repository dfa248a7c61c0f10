export { createFilesystemCache, FilesystemCache } from './filesystem-cache.js';
export type { FilesystemCacheOptions } from './options.js';
