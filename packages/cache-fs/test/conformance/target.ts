import type { ConformanceTarget } from '@glovebox/cache-testkit';
import { createFilesystemCache, type FilesystemCacheOptions } from '../../src/index.js';
import { TRANSFORMS } from './transforms.js';

/**
 * The cache with some options, for the conformance suite.
 * @param transforms name of what is done to values, if anything
 */
export function filesystemTarget(
  name: string,
  options: FilesystemCacheOptions = {},
  transforms?: string,
): ConformanceTarget {
  const module = new URL('./process-target.ts', import.meta.url);
  module.searchParams.set('options', JSON.stringify(options));
  if (transforms !== undefined) module.searchParams.set('transforms', transforms);
  const all = transforms === undefined ? options : { ...options, transforms: TRANSFORMS[transforms] };
  return {
    name: `filesystem (${name})`,
    module: module.href,
    create: (config, { clock, directory }) => createFilesystemCache({ cacheRoot: directory, clock, ...all, ...config }),
    // As the README has it.
    overshoot: (processes, maxEntries) => 16 * (processes - 1) + Math.max(8, Math.ceil(maxEntries / 100)),
    // Batches of a thousand files on a slow, busy disk.
    timeoutSeconds: 15,
  };
}
