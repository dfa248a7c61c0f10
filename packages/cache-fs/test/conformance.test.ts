import { type ConformanceTarget, registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';
import { createFilesystemCache, type FilesystemCacheOptions } from '../src/index.js';

function target(name: string, options: FilesystemCacheOptions): ConformanceTarget {
  return {
    name: `filesystem (${name})`,
    create: (config, { clock, directory }) =>
      createFilesystemCache({ cacheRoot: directory, clock, ...options, ...config }),
    timeoutSeconds: 15,
  };
}

const VARIANTS: Record<string, FilesystemCacheOptions> = {
  'locking on': {},
  'locking off': { useFileLocking: false },
  lfu: { evictionPolicy: 'lfu' },
  fifo: { evictionPolicy: 'fifo' },
  ttl: { evictionPolicy: 'ttl' },
  'process isolated': { processIsolated: true },
  namespace: { namespace: 'layouts' },
  'async io': { io: 'async' },
  'everything in blobs': { inlineMaxBytes: 1 },
  'power durability': { durability: 'power' },
};

for (const [name, options] of Object.entries(VARIANTS)) registerConformance({ describe, it }, target(name, options));
