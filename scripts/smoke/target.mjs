// The module that the command of the testkit is given.
import { createMemoryCache } from '@glovebox/cache-memory';

export const target = {
  name: 'memory',
  create: (config, { clock }) => createMemoryCache({ ...config, clock }),
};
