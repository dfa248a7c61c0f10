import { registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';
import { filesystemTarget } from '../conformance/target.js';

const scale = process.env.GLOVEBOX_TEST_FULL === '1' ? 'full' : 'quick';

registerConformance({ describe, it }, filesystemTarget('several processes'), { groups: ['processes'], scale });
