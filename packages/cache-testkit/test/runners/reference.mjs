// Run by node:test and by mocha: the suite on a right cache.
import { registerConformance } from '@glovebox/cache-testkit';
import { ReferenceCache, targetOf } from '../reference-cache.ts';
import { describe, it } from './functions.mjs';

const skip = { 'ttl/units': 'to see a skip' };
registerConformance({ describe, it }, { ...targetOf('reference', ReferenceCache), skip });
