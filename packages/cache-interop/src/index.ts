export { fromKeyv } from './from-keyv.js';
export { KeyvCache, type KeyvCacheOptions } from './keyv-cache.js';
export type { KeyvStore } from './keyv-store.js';
export { type KeyvAdapter, toKeyv } from './to-keyv.js';
export { toUnstorageDriver, type UnstorageDriver, type UnstorageMeta } from './to-unstorage-driver.js';
