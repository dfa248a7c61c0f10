import { createFilesystemCache, type FilesystemCacheOptions } from '@glovebox/cache-fs';
import type { ConformanceTarget } from '@glovebox/cache-testkit';

const options: FilesystemCacheOptions = JSON.parse(new URL(import.meta.url).searchParams.get('options') ?? '{}');

/** The cache as other processes open it: they import what is built. */
const target: ConformanceTarget = {
  name: 'filesystem',
  module: import.meta.url,
  create: (config, { clock, directory }) =>
    createFilesystemCache({ cacheRoot: directory, clock, ...options, ...config }),
};

export default target;
