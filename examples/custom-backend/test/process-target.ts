import { join } from 'node:path';
import type { ConformanceTarget } from '@glovebox/cache-testkit';
import { SqliteCache } from '@glovebox/example-custom-backend';

/** The cache as this process and others open it. */
const target: ConformanceTarget = {
  name: 'SqliteCache',
  module: import.meta.url,
  create: (config, { clock, directory }) => new SqliteCache({ ...config, clock, file: join(directory, 'cache.db') }),
  // An instance looks at what the others wrote after a hundred writes of its own.
  overshoot: (processes) => 100 * (processes - 1),
};

export default target;
