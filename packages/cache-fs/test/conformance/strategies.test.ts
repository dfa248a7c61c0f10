import { type CheckSelection, registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';
import { filesystemTarget } from './target.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
/** Without locks between processes: what takes one otherwise, and what maintenance does. The full run asks everything. */
const LOCKED: CheckSelection = {
  groups: ['getOrSet', 'limits', 'ttl', 'stats', 'lifecycle', 'persistence'],
  configurations: ['tightest'],
};

registerConformance({ describe, it }, filesystemTarget('locking off', { useFileLocking: false }), isFull ? {} : LOCKED);
registerConformance(
  { describe, it },
  filesystemTarget('process isolated', { processIsolated: true }),
  isFull ? {} : { configurations: ['default'] },
);
