import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '@glovebox/cache-core';
import { expect, it } from 'vitest';
import { openCacheRoot } from '../../src/root/cache-root.js';
import { EntryReader } from '../../src/store/entry-reader.js';
import { gatePath } from '../../src/store/paths.js';
import { RemovalGate } from '../../src/store/removal-gate.js';
import { Sweeper } from '../../src/store/sweeper.js';
import { openCache, temporaryDirectory } from '../support.js';

/** As on a machine so busy that there is time for an entry or two before writers have waited long enough, or for none. */
class HurriedGate extends RemovalGate {
  /** Of the sweeper at the time, two an entry. */
  looks = 0;
  /** Times from now on that there is none. */
  turnsInVain = 0;

  override hold<T>(remove: (mayGoOn: () => boolean) => T): T | undefined {
    const allowed = --this.turnsInVain >= 0 ? 0 : this.looks;
    let looks = 0;
    return super.hold(() => remove(() => ++looks <= allowed));
  }
}

it.each([
  [2, 0],
  // Time for a look at the second entry, and none for its removal.
  [3, 0],
  [100, 5],
])(
  'what a cleanup has no time for behind the gate it removes behind the next (%i looks, %i turns in vain)',
  async (looks, turnsInVain) => {
    const cacheRoot = temporaryDirectory();
    const clock = new ManualClock();
    const cache = openCache({ cacheRoot, clock });
    for (let index = 0; index < 120; index++) await cache.set(`key${index}`, index, { ttl: 1 });
    clock.advance(2_000);
    const root = openCacheRoot({ cacheRoot });
    const gate = new HurriedGate(gatePath(root));
    const sweeper = new Sweeper(root, new EntryReader(root, 'sync'), gate);
    const suspects = new Map<string, undefined>();
    for await (const id of sweeper.ids()) suspects.set(id, undefined);
    const sweep = () =>
      sweeper.removeDead(
        suspects,
        clock.now(),
        () => true,
        () => {},
      );

    expect(await sweep()).toBe(0);
    Object.assign(gate, { looks, turnsInVain });
    expect(await sweep()).toBe(120);
    expect(readdirSync(join(cacheRoot, 'data'))).toEqual(['blobs']);
  },
);
