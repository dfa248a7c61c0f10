// Run by `node --test`: the suite under node:test, on a cache that takes no notice of reads.
import { describe, it } from 'node:test';
import { registerConformance } from '@glovebox/cache-testkit';
import { ReferenceCache, targetOf } from '../reference-cache.ts';

class BrokenCache extends ReferenceCache {
  touchEntry() {}
}

registerConformance({ describe, it }, targetOf('broken', BrokenCache), { groups: ['limits'] });
