import type { Group } from '../subject.js';
import { bentocacheFile, bentocacheMemory } from './bentocache.js';
import { cacache } from './cacache.js';
import { cacheManager } from './cache-manager.js';
import { cacheable } from './cacheable.js';
import { classicLevel } from './classic-level.js';
import { fileSystemCache } from './file-system-cache.js';
import { flatCache } from './flat-cache.js';
import { keyvFile, keyvMemory } from './keyv.js';
import { lmdb } from './lmdb.js';
import { awaitedLruCache, lruCache } from './lru.js';
import { filesystemCaches, memoryCaches } from './packages.js';
import { quickLru } from './quick-lru.js';
import { rawFiles } from './raw-files.js';
import { betterSqlite3, nodeSqlite } from './sqlite.js';
import { unstorage } from './unstorage.js';

/** All that is measured. A peer is one more subject in `others`. */
export const groups: readonly Group[] = [
  {
    name: 'files',
    title: 'Files',
    reference: rawFiles,
    others: [
      ...filesystemCaches,
      cacache,
      unstorage,
      bentocacheFile,
      fileSystemCache,
      keyvFile,
      flatCache,
      classicLevel,
      lmdb,
      nodeSqlite,
      betterSqlite3,
    ],
  },
  {
    name: 'memory',
    title: 'Memory',
    reference: awaitedLruCache,
    others: [...memoryCaches, lruCache, quickLru, cacheManager, cacheable, bentocacheMemory, keyvMemory],
  },
];
