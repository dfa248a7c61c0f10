import { type ConfigurationName, registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';
import { filesystemTarget } from './target.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const configurations = (quick: ConfigurationName) => (isFull ? {} : { configurations: [quick] });

registerConformance(
  { describe, it },
  filesystemTarget('locking off', { useFileLocking: false }),
  configurations('tightest'),
);
registerConformance(
  { describe, it },
  filesystemTarget('process isolated', { processIsolated: true }),
  configurations('default'),
);
