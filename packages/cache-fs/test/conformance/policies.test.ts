import { EVICTION_POLICIES } from '@glovebox/cache-core';
import { CHECK_GROUPS, type CheckSelection, registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';
import { filesystemTarget } from './target.js';

/** Where a policy shows: with limits, in what they remove and what is known of the entries. The full run asks everything. */
const QUICK: CheckSelection = {
  groups: ['limits', 'ttl', 'metadata', 'stats', 'persistence'],
  configurations: ['tightest'],
};
const isFull = process.env.GLOVEBOX_TEST_FULL === '1';

// Several processes, and their crashes, have test files of their own.
const groups = CHECK_GROUPS.filter((group) => group !== 'processes' && group !== 'crashes');
registerConformance({ describe, it }, filesystemTarget('lru'), { groups });
for (const evictionPolicy of EVICTION_POLICIES.filter((policy) => policy !== 'lru')) {
  registerConformance({ describe, it }, filesystemTarget(evictionPolicy, { evictionPolicy }), isFull ? {} : QUICK);
}
