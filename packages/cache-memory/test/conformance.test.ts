import { EVICTION_POLICIES } from '@glovebox/cache-core';
import { createMemoryCache } from '@glovebox/cache-memory';
import { registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';

for (const isolation of ['clone', 'freeze', 'reference'] as const) {
  for (const evictionPolicy of EVICTION_POLICIES) {
    registerConformance(
      { describe, it },
      {
        name: `memory, ${isolation}, ${evictionPolicy}`,
        // Checks of a policy ask for it themselves.
        create: (config, { clock }) => createMemoryCache({ evictionPolicy, ...config, isolation, clock }),
      },
    );
  }
}
