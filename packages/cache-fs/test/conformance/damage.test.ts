import { type CheckSelection, registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';
import type { FilesystemCacheOptions } from '../../src/index.js';
import { damageableTarget } from './damageable.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const groups = ['damage', 'faults', 'streams'] as const;

/** Where bytes lie, and how they are read. Every bit takes its time: one way and one configuration in the quick run. */
const VARIANTS: Record<string, FilesystemCacheOptions> = isFull
  ? { 'async io': { io: 'async' }, 'everything in blobs': { inlineMaxBytes: 1 } }
  : {};

const selection: CheckSelection = isFull ? { groups } : { groups, configurations: ['default'] };
registerConformance({ describe, it }, damageableTarget('damaged'), selection);
for (const [name, options] of Object.entries(VARIANTS)) {
  registerConformance({ describe, it }, damageableTarget(`damaged, ${name}`, options), selection);
}

const BLOB_CHECKS = ['damage/flipped-bits-of-bytes', 'damage/removed', 'damage/swapped'];
if (!isFull) {
  const target = damageableTarget('damaged, everything in blobs', { inlineMaxBytes: 1 });
  registerConformance({ describe, it }, target, { checks: BLOB_CHECKS, configurations: ['default'] });
}
