import { atLimit } from './at-limit.js';
import { cleanup } from './cleanup.js';
import { manyEntries } from './many-entries.js';
import { processes } from './processes.js';
import type { Scenario } from './scenario.js';
import { start } from './start.js';
import { transforms } from './transforms.js';
import { watching } from './watching.js';

export const scenarios: readonly Scenario[] = [manyEntries, atLimit, processes, start, cleanup, transforms, watching];
