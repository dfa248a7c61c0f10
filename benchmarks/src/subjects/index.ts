import type { Group } from '../subject.js';
import { lmdb } from './lmdb.js';
import { awaitedLruCache, lruCache } from './lru.js';
import { filesystemCaches, memoryCaches } from './packages.js';
import { rawFiles } from './raw-files.js';

/** All that is measured. A peer is one more subject in `others`. */
export const groups: readonly Group[] = [
  { name: 'files', title: 'Files', reference: rawFiles, others: [...filesystemCaches, lmdb] },
  { name: 'memory', title: 'Memory', reference: awaitedLruCache, others: [lruCache, ...memoryCaches] },
];
