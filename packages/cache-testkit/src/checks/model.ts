import type { EvictionPolicy } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import type { Gate } from '../gates.js';
import { KEYS } from '../model/draw-operations.js';
import { searchForFault } from '../model/search.js';
import { SPACES } from '../model/space.js';

const list = new CheckList('model', ['exactClock']);
export const modelChecks = list.checks;

/** Sequences that a target's `timeoutSeconds` are meant for. */
const RUNS_IN_TIME = 30;

function plays(name: string, policy: EvictionPolicy | undefined, needs: readonly Gate[], promise: string): void {
  list.add(name, promise, (scene) => searchForFault(scene, policy), {
    needs,
    entries: KEYS.length * (1 + SPACES.length),
    patience: (modelRuns) => Math.max(1, modelRuns / RUNS_IN_TIME),
  });
}

plays(
  'operations',
  undefined,
  [],
  'Whatever is asked in whatever order, every answer and every counter is what the contract says.',
);
plays('lru', 'lru', ['lru'], 'LRU: in any order of operations, what goes is what was used least recently.');
plays('lfu', 'lfu', ['lfu'], 'LFU: in any order of operations, what goes is what was read least often.');
plays('fifo', 'fifo', ['fifo'], 'FIFO: in any order of operations, what goes is what was written first.');
plays(
  'ttl',
  'ttl',
  ['ttlPolicy'],
  'Policy ttl: in any order of operations, no live entry goes, and none too many comes.',
);
for (const [policy, gate] of [
  ['sieve', 'sieve'],
  ['s3-fifo', 's3Fifo'],
  ['w-tinylfu', 'wTinyLfu'],
] as const) {
  plays(
    policy,
    policy,
    [gate],
    `${policy}: in any order of operations, limits hold, and no more goes than they ask for.`,
  );
}
