import { createFilesystemCache, getSharedCache } from '@glovebox/cache-config';
import { parseTtl } from '@glovebox/cache-core';
import { type CacheConfig, registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';

/** What a check asks for, as settings. What it leaves out is turned off, as in the backends themselves. */
function toSettings({ defaultTtl = null, ...config }: CacheConfig) {
  return { maxEntries: null, maxSizeBytes: null, ...config, defaultTtlSeconds: parseTtl(defaultTtl) };
}

/** On disk it takes a minute a strategy, for what cache-fs tests already: only in `pnpm test:full`. */
const STRATEGIES = process.env.GLOVEBOX_TEST_FULL ? ['shared', 'process_isolated', 'disabled'] : ['disabled'];

for (const cacheStrategy of STRATEGIES) {
  registerConformance(
    { describe, it },
    {
      name: `the strategy ${cacheStrategy}`,
      create: (config, { clock, directory: cacheRoot }) =>
        createFilesystemCache({ ...toSettings(config), cacheStrategy, cacheRoot, clock }),
      timeoutSeconds: 15,
    },
  );
}

registerConformance(
  { describe, it },
  {
    name: 'a handle of a shared cache',
    create: (config, { clock, directory }) =>
      getSharedCache({ ...toSettings(config), cacheStrategy: 'disabled' }, { namespace: directory, clock }),
  },
);
