import { registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';
import { filesystemTarget } from './target.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';

registerConformance({ describe, it }, filesystemTarget('lru'));
for (const evictionPolicy of ['lfu', 'fifo', 'ttl'] as const) {
  // Without limits no policy does anything: the tightest configuration is the one that has them.
  registerConformance(
    { describe, it },
    filesystemTarget(evictionPolicy, { evictionPolicy }),
    isFull ? {} : { configurations: ['tightest'] },
  );
}
