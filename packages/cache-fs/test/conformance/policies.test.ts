import { registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';
import { filesystemTarget } from './target.js';

for (const evictionPolicy of ['lru', 'lfu', 'fifo', 'ttl'] as const) {
  registerConformance({ describe, it }, filesystemTarget(evictionPolicy, { evictionPolicy }));
}
