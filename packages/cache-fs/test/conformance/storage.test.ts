import { type CheckSelection, registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';
import type { FilesystemCacheOptions } from '../../src/index.js';
import { filesystemTarget } from './target.js';

/** Other ways to the disk: the whole suite in the full run, in the quick one what they could break. */
const VARIANTS: Record<string, FilesystemCacheOptions> = {
  namespace: { namespace: 'layouts' },
  'async io': { io: 'async' },
  'everything in blobs': { inlineMaxBytes: 1 },
  'power durability': { durability: 'power' },
};
const QUICK: CheckSelection = { groups: ['values', 'streams', 'limits', 'persistence'], configurations: ['default'] };
const isFull = process.env.GLOVEBOX_TEST_FULL === '1';

for (const [name, options] of Object.entries(VARIANTS)) {
  registerConformance({ describe, it }, filesystemTarget(name, options), isFull ? {} : QUICK);
}
