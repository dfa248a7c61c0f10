export { createFilesystemCache, FilesystemCache, type KeyLock } from './filesystem-cache.js';
export type { FilesystemCacheOptions } from './options.js';
