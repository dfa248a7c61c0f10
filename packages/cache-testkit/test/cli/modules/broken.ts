// A cache that takes no notice of reads, in the TypeScript that Node runs as it stands.
import type { ConformanceTarget } from '@glovebox/cache-testkit';
import { ReferenceCache, targetOf } from '../../reference-cache.ts';

class BrokenCache extends ReferenceCache {
  protected override touchEntry(): void {}
}

export const target: ConformanceTarget = targetOf('broken', BrokenCache);
