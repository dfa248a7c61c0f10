import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openCache, temporaryDirectory } from '../support.js';

const ENTRIES = 200;
const ROUNDS = 10;

// A cleanup sets the totals right by what it has found, unless they move meanwhile. What is removed and written again moves
// them twice, and leaves them as they were:
//
//   cleanup                                  delete and set
//   reads the totals: 200
//                                            removes an entry: 199
//   walks past the place where it was
//                                            writes it again: 200
//   reads the totals: 200, and has found 199
it('the totals stay right while entries are replaced during a cleanup', async () => {
  const cache = openCache({ cacheRoot: temporaryDirectory() });
  for (let index = 0; index < ENTRIES; index++) await cache.set(`key ${index}`, 'value');
  const wrong: unknown[] = [];
  let next = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let isCleaning = true;
    const cleaning = cache.cleanup().finally(() => {
      isCleaning = false;
    });
    while (isCleaning) {
      const key = `key ${next++ % ENTRIES}`;
      await cache.delete(key);
      await nextTurn();
      await cache.set(key, 'value');
    }
    await cleaning;
    const { totalEntries, totalSizeBytes } = await cache.getStats();
    if (totalEntries !== ENTRIES || totalSizeBytes !== 7 * ENTRIES) wrong.push([round, totalEntries, totalSizeBytes]);
  }
  expect(wrong).toEqual([]);
});
