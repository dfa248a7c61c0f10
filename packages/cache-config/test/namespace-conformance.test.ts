import type { CacheManager } from '@glovebox/cache-core';
import { createFilesystemCache } from '@glovebox/cache-fs';
import { createMemoryCache } from '@glovebox/cache-memory';
import { CHECKS, type CheckSelection, registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';

/** What a view does otherwise than its cache. The full run asks everything. */
const OF_VIEWS: CheckSelection = {
  groups: ['keys', 'metadata', 'stats', 'namespaces', 'atomic', 'streams', 'typed'],
  configurations: ['tightest'],
};
/** To the model a namespace is a part of its cache, counted there: one of a namespace is not. It tries namespaces of every cache. */
const skip = Object.fromEntries(
  CHECKS.filter(({ group }) => group === 'model').map(({ id }) => [id, 'namespaces of a namespace are no part of it']),
);
const isFull = process.env.GLOVEBOX_TEST_FULL === '1';

/** A namespace that closes its cache with it, since nobody else has that. */
function namespaceOf(cache: CacheManager): CacheManager {
  const view = cache.namespace('team/a:b').namespace('layouts');
  const closeView = view.close.bind(view);
  const close = async () => {
    await Promise.all([closeView(), cache.close()]);
  };
  return Object.assign(view, { close });
}

registerConformance(
  { describe, it },
  {
    name: 'a namespace in memory',
    create: (config, { clock }) => namespaceOf(createMemoryCache({ ...config, clock })),
    skip,
  },
  isFull ? {} : { configurations: ['default'] },
);

registerConformance(
  { describe, it },
  {
    name: 'a namespace on disk',
    create: (config, { clock, directory }) =>
      namespaceOf(createFilesystemCache({ ...config, clock, cacheRoot: directory })),
    timeoutSeconds: 15,
    skip,
  },
  isFull ? {} : OF_VIEWS,
);
