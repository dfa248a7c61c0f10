import { registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';
import { filesystemTarget } from './target.js';

registerConformance({ describe, it }, filesystemTarget('locking off', { useFileLocking: false }));
registerConformance({ describe, it }, filesystemTarget('process isolated', { processIsolated: true }));
