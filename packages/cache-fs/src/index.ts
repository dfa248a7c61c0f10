export { createFilesystemCache, FilesystemCache } from './filesystem-cache.js';
export type { KeyLock } from './locks/key-lock.js';
export type { FilesystemCacheOptions } from './options.js';
