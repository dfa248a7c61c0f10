import { join } from 'node:path';
import { registerConformance } from '@glovebox/cache-testkit';
import { SqliteCache } from '@glovebox/example-custom-backend';
import { describe, it } from 'vitest';

registerConformance(
  { describe, it },
  {
    name: 'SqliteCache',
    create: (config, { clock, directory }) => new SqliteCache({ ...config, clock, file: join(directory, 'cache.db') }),
  },
);
