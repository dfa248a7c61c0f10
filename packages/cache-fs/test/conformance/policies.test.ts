import { EVICTION_POLICIES, isOrderedPolicy } from '@glovebox/cache-core';
import { CHECK_GROUPS, type CheckSelection, registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';
import { filesystemTarget } from './target.js';

/** Where a policy shows: with limits, in what they remove and what is known of the entries. The full run asks everything. */
const QUICK: CheckSelection = {
  groups: ['limits', 'ttl', 'metadata', 'stats', 'persistence'],
  configurations: ['tightest'],
};
/** Of the policies with a state of their own, which is in memory: the limits. */
const QUICK_ORDERED: CheckSelection = { ...QUICK, groups: ['limits'] };
const isFull = process.env.GLOVEBOX_TEST_FULL === '1';

// Several processes, and their crashes, have test files of their own.
const groups = CHECK_GROUPS.filter((group) => group !== 'processes' && group !== 'crashes');
registerConformance({ describe, it }, filesystemTarget('lru'), { groups });
for (const evictionPolicy of EVICTION_POLICIES.filter((policy) => policy !== 'lru')) {
  const quick = isOrderedPolicy(evictionPolicy) ? QUICK_ORDERED : QUICK;
  registerConformance(
    { describe, it },
    filesystemTarget(evictionPolicy, { evictionPolicy }),
    isFull ? { groups } : quick,
  );
}
