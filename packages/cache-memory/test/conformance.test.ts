import { EVICTION_POLICIES } from '@glovebox/cache-core';
import { createMemoryCache } from '@glovebox/cache-memory';
import { type CheckSelection, type ConformanceTarget, registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';

/** Where a policy shows; checks that ask for a policy themselves are the same whatever the default is. The full run asks everything. */
const OF_POLICIES: CheckSelection = {
  groups: ['limits', 'ttl', 'metadata', 'stats', 'getOrSet', 'batches'],
  configurations: ['tightest'],
};
const isFull = process.env.GLOVEBOX_TEST_FULL === '1';

for (const isolation of ['clone', 'freeze', 'reference'] as const) {
  for (const evictionPolicy of EVICTION_POLICIES) {
    const target: ConformanceTarget = {
      name: `memory, ${isolation}, ${evictionPolicy}`,
      // Checks of a policy ask for it themselves.
      create: (config, { clock }) => createMemoryCache({ evictionPolicy, ...config, isolation, clock }),
    };
    const isAskedEverything = isFull || evictionPolicy === 'lru';
    registerConformance({ describe, it }, target, isAskedEverything ? {} : OF_POLICIES);
  }
}
