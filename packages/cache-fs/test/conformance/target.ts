import type { ConformanceTarget } from '@glovebox/cache-testkit';
import { createFilesystemCache, type FilesystemCacheOptions } from '../../src/index.js';

/** The cache with some options, for the conformance suite. */
export function filesystemTarget(name: string, options: FilesystemCacheOptions = {}): ConformanceTarget {
  return {
    name: `filesystem (${name})`,
    create: (config, { clock, directory }) =>
      createFilesystemCache({ cacheRoot: directory, clock, ...options, ...config }),
    // Batches of a thousand files on a slow, busy disk.
    timeoutSeconds: 15,
  };
}
