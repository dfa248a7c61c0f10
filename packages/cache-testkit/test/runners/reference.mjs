// Run by `node --test`: the suite under node:test, on a right cache.
import { describe, it } from 'node:test';
import { registerConformance } from '@glovebox/cache-testkit';
import { ReferenceCache, targetOf } from '../reference-cache.ts';

const skip = { 'ttl/units': 'to see a skip' };
registerConformance({ describe, it }, { ...targetOf('reference', ReferenceCache), skip });
