import { createFilesystemCache, type FilesystemCacheOptions } from '@glovebox/cache-fs';
import type { ConformanceTarget } from '@glovebox/cache-testkit';
import { TRANSFORMS } from './transforms.ts';

const { searchParams } = new URL(import.meta.url);
const options: FilesystemCacheOptions = JSON.parse(searchParams.get('options') ?? '{}');
const transforms = TRANSFORMS[searchParams.get('transforms') ?? ''];

/** The cache as other processes open it: they import what is built. */
const target: ConformanceTarget = {
  name: 'filesystem',
  module: import.meta.url,
  create: (config, { clock, directory }) =>
    createFilesystemCache({ cacheRoot: directory, clock, ...options, transforms, ...config }),
};

export default target;
