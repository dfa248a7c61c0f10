// Run by node:test and by mocha: the suite on a broken cache.
import { registerConformance } from '@glovebox/cache-testkit';
import { targetOf } from '../reference-cache.ts';
import { BrokenCache } from './broken-cache.ts';
import { describe, it } from './functions.mjs';

const selection = { groups: ['metadata', 'limits', 'events'], configurations: ['default'] };
registerConformance({ describe, it }, targetOf('broken', BrokenCache), selection);
