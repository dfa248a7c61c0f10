// Run by mocha, whose own limit is two seconds: a cache whose first read never ends.
import { registerConformance } from '@glovebox/cache-testkit';
import { ReferenceCache, targetOf } from '../reference-cache.ts';
import { describe, it } from './functions.mjs';

class HangingCache extends ReferenceCache {
  readEntry() {
    return new Promise(() => {});
  }
}

const target = { ...targetOf('hanging', HangingCache), timeoutSeconds: 2.2 };
registerConformance({ describe, it }, target, { checks: ['tags/invalid-refused'], configurations: ['default'] });
