import type { ConformanceTarget } from '@glovebox/cache-testkit';
import { createFilesystemCache, type FilesystemCacheOptions } from '../../src/index.js';

/** The cache with some options, for the conformance suite. */
export function filesystemTarget(name: string, options: FilesystemCacheOptions = {}): ConformanceTarget {
  const module = new URL('./process-target.ts', import.meta.url);
  module.searchParams.set('options', JSON.stringify(options));
  return {
    name: `filesystem (${name})`,
    module: module.href,
    create: (config, { clock, directory }) =>
      createFilesystemCache({ cacheRoot: directory, clock, ...options, ...config }),
    // As the README has it.
    overshoot: (processes, maxEntries) => 16 * (processes - 1) + Math.max(8, Math.ceil(maxEntries / 100)),
    // Batches of a thousand files on a slow, busy disk.
    timeoutSeconds: 15,
  };
}
