import { atLimit } from './at-limit.js';
import { cleanup } from './cleanup.js';
import { fullMemory } from './full-memory.js';
import { hitRates } from './hit-rates.js';
import { manyEntries } from './many-entries.js';
import { processes } from './processes.js';
import type { Scenario } from './scenario.js';
import { stampede } from './stampede.js';
import { start } from './start.js';
import { transforms } from './transforms.js';
import { watching } from './watching.js';

export const scenarios: readonly Scenario[] = [
  manyEntries,
  fullMemory,
  atLimit,
  processes,
  stampede,
  start,
  cleanup,
  hitRates,
  transforms,
  watching,
];
