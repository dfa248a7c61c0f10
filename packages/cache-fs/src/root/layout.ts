import { join } from 'node:path';

/** Format of the files that this version reads and writes. A directory of a newer one is left alone. */
export const CACHE_FORMAT = 1;

export const FORMAT_FILE = '.cache_format.json';
export const STATS_FILE = '.cache_stats.json';
/** Tells backup programs to skip the directory: https://bford.info/cachedir/ */
export const TAG_FILE = 'CACHEDIR.TAG';
/** Whose a process-isolated folder is. */
export const OWNER_FILE = '.cache_owner.json';

/** Folders of a cache, outer ones first. */
export const LAYOUT_FOLDERS = ['data', 'data/blobs', 'metadata', 'stats', 'locks', 'tmp'] as const;

/** Where the files of the cache in `path` are. */
export class CachePaths {
  readonly path: string;
  readonly dataDir: string;
  readonly blobsDir: string;
  readonly metadataDir: string;
  readonly statsDir: string;
  readonly locksDir: string;
  readonly tagsDir: string;
  readonly tmpDir: string;
  readonly statsFile: string;
  readonly formatFile: string;

  constructor(path: string) {
    this.path = path;
    this.dataDir = join(path, 'data');
    this.blobsDir = join(path, 'data', 'blobs');
    this.metadataDir = join(path, 'metadata');
    this.statsDir = join(path, 'stats');
    this.locksDir = join(path, 'locks');
    this.tagsDir = join(path, 'tags');
    this.tmpDir = join(path, 'tmp');
    this.statsFile = join(path, STATS_FILE);
    this.formatFile = join(path, FORMAT_FILE);
  }
}
