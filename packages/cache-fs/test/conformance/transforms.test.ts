import { CHECK_GROUPS, type CheckSelection, registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';
import { damageableTarget } from './damageable.js';
import { filesystemTarget } from './target.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
/** Other processes are slow to start; that they read what this one writes, and undo what it does, `persistence` shows too. */
const QUICK: CheckSelection = {
  groups: CHECK_GROUPS.filter((group) => group !== 'processes' && group !== 'crashes'),
  configurations: ['default'],
};
const DAMAGE: CheckSelection = { groups: ['damage', 'faults'], configurations: ['default'] };
/** Groups in which transforms could play a part at all. */
const QUICK_COMPRESSED: CheckSelection = {
  groups: ['values', 'getOrSet', 'atomic', 'persistence'],
  configurations: ['default'],
};

/** Checks whose values are large and all alike. */
const OF_SIZES = [
  'metadata/size-grows',
  'metadata/size-in-bytes',
  'metadata/size-of-bytes',
  'limits/bytes-of-utf8',
  'limits/oversize-refused',
  'limits/oversize-leaves-old',
  'limits/oversize-in-a-batch',
  'limits/oversize-is-still-computed',
  'events/refusals',
];
const reason = 'what repeats itself takes no room when it is compressed; asked of the cache that only encrypts';
const skip = Object.fromEntries(OF_SIZES.map((id) => [id, reason]));

const compressed = 'compressed and encrypted';
registerConformance({ describe, it }, filesystemTarget('encrypted', {}, 'encrypted'), isFull ? {} : QUICK);
registerConformance(
  { describe, it },
  { ...filesystemTarget(compressed, {}, compressed), skip },
  isFull ? {} : QUICK_COMPRESSED,
);
registerConformance({ describe, it }, damageableTarget(`damaged, ${compressed}`, {}, compressed), DAMAGE);
