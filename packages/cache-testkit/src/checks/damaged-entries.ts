import type { CacheManager } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { flippedBits, type Parts, plainDamages } from '../damage/damages.js';
import { hasEvents } from '../events-of.js';
import { expectEqual, expectThat, UnmetExpectation } from '../expect.js';
import type { Scene } from '../scene.js';
import { listedKeys } from './helpers.js';

const list = new CheckList('damage', ['corrupt']);
export const damagedEntryChecks = list.checks;

/** Bits between two that are flipped where not every one has to be. */
const STRIDE = 7;

/** A cache with the entry of `key` damaged in one way after the other, and another entry that is not. */
async function forEachDamage(scene: Scene, run: (cache: CacheManager, what: string) => Promise<void>): Promise<void> {
  const cache = await scene.open();
  await cache.set('other', 'unhurt');
  const stored = scene.storedBytes('key');
  await cache.set('key', { a: 1 });
  const parts = await stored.parts();
  for (const damage of plainDamages(parts, scene.random)) {
    await cache.set('key', { a: 1 });
    await stored.apply(damage);
    await run(cache, damage.what);
  }
}

const READS: Readonly<Record<string, readonly [read: (cache: CacheManager) => Promise<unknown>, expected: unknown]>> = {
  "get('key')": [(cache) => cache.get('key'), undefined],
  "lookup('key')": [(cache) => cache.lookup('key'), { hit: false }],
  "exists('key')": [(cache) => cache.exists('key'), false],
  "getMetadata('key')": [(cache) => cache.getMetadata('key'), undefined],
  "getMany(['key', 'other'])": [(cache) => cache.getMany(['key', 'other']), new Map([['other', 'unhurt']])],
  'the errors of getStats()': [(cache) => cache.getStats().then(() => 'none'), 'none'],
};

list.add(
  'reads-resolve',
  'Reads of a damaged entry find nothing, and none rejects: get, lookup, exists, getMetadata, getMany, getStats.',
  async (scene) => {
    for (const [what, [read, expected]] of Object.entries(READS)) {
      await forEachDamage(scene, async (cache) => expectEqual(what, await read(cache), expected));
    }
  },
);

list.add(
  'counted',
  'A get of an entry whose bytes are gone, half gone or garbage counts as an error and a miss.',
  async (scene) => {
    await forEachDamage(scene, async (_cache, what) => {
      // One that has not read the entry before, and so can't know it from elsewhere.
      const reader = await scene.open();
      const before = await reader.getStats();
      await reader.get('key');
      const after = await reader.getStats();
      expectThat(
        `a larger errorCount after a get of an entry that is ${what}`,
        after.errorCount > before.errorCount,
        after,
      );
      expectEqual('the misses that it counts', after.missCount - before.missCount, 1);
      await reader.close();
    });
  },
);

list.add(
  'told',
  'A get of a damaged entry tells the error listeners, with a CacheError of CACHE_CORRUPT_ENTRY and the key.',
  async (scene) => {
    await forEachDamage(scene, async (_cache, what) => {
      const reader = await scene.open();
      if (!hasEvents(reader)) throw new TypeError('the check needs its gate');
      const told: unknown[] = [];
      reader.on('error', ({ operation, key, error }) => {
        told.push({ operation, key, code: error instanceof Error && 'code' in error ? error.code : error });
      });
      await reader.get('key');
      expectEqual(`what the listeners are told of an entry that is ${what}`, told[0], {
        operation: 'get',
        key: 'key',
        code: 'CACHE_CORRUPT_ENTRY',
      });
      await reader.close();
    });
  },
  { needs: ['events'] },
);

list.add(
  'others-unhurt',
  'Damage of an entry, its reads and a cleanup leave the other entries as they are.',
  async (scene) => {
    await forEachDamage(scene, async (cache, what) => {
      await cache.get('key');
      await cache.cleanup();
      expectEqual(`get('other') with the entry of 'key' ${what}`, await cache.get('other'), 'unhurt');
      expectThat("'other' among the listed keys", (await listedKeys(cache)).includes('other'), await listedKeys(cache));
    });
  },
);

list.add('healed-by-set', 'A set of a damaged entry stores it whole.', async (scene) => {
  await forEachDamage(scene, async (cache, what) => {
    expectEqual(`set('key') over an entry that is ${what}`, await cache.set('key', 'new'), true);
    expectEqual("get('key')", await cache.get('key'), 'new');
    await cache.cleanup();
    expectEqual("get('key') after a cleanup", await cache.get('key'), 'new');
  });
});

list.add(
  'set-after-read',
  'A set right after the read of a damaged entry outlives the removal of the damage.',
  async (scene) => {
    await forEachDamage(scene, async (cache, what) => {
      await cache.get('key');
      await cache.set('key', 'new');
      await cache.cleanup();
      expectEqual(`get('key') after damage (${what}), a read, a set and a cleanup`, await cache.get('key'), 'new');
    });
  },
);

list.add('computed', 'getOrSet of a damaged entry computes the value and stores it.', async (scene) => {
  await forEachDamage(scene, async (cache, what) => {
    expectEqual(
      `getOrSet('key') of an entry that is ${what}`,
      await cache.getOrSet('key', () => 'computed'),
      'computed',
    );
    expectEqual("get('key')", await cache.get('key'), 'computed');
  });
});

list.add('removed', 'A damaged entry that was read is gone from the store after the next cleanup.', async (scene) => {
  const stored = scene.storedBytes('key');
  await forEachDamage(scene, async (cache, what) => {
    await cache.get('key');
    await cache.cleanup();
    const left = await stored.read();
    if (left.length === 0) return;
    throw new UnmetExpectation(
      `no stored bytes of an entry that is ${what}, after a get and a cleanup`,
      `${left.map(({ byteLength }) => byteLength).join(', ')} bytes in ${left.length} parts`,
    );
  });
});

list.add(
  'deleted',
  'delete and clear remove a damaged entry, and the next cleanup what is left of it.',
  async (scene) => {
    const stored = scene.storedBytes('key');
    for (const operation of ['delete', 'clear'] as const) {
      await forEachDamage(scene, async (cache, what) => {
        if (operation === 'delete') await cache.delete('key');
        // Only what is listed can be cleared by the default of the base: a read makes the damage known.
        else await cache.get('key').then(() => cache.clear());
        await cache.cleanup();
        expectEqual(
          `parts left of an entry that is ${what} after ${operation} and cleanup`,
          (await stored.read()).length,
          0,
        );
        await cache.set('other', 'unhurt');
      });
    }
  },
);

list.add('totals', 'Once damage is removed, the totals are those of the entries that are left.', async (scene) => {
  await forEachDamage(scene, async (cache, what) => {
    await cache.get('key');
    await cache.cleanup();
    const { totalEntries, totalSizeBytes } = await cache.getStats();
    const other = await cache.getMetadata('other');
    expectEqual(
      `the totals after an entry that is ${what} was removed`,
      { totalEntries, totalSizeBytes },
      { totalEntries: 1, totalSizeBytes: other?.sizeBytes },
    );
  });
});

list.add(
  'swapped',
  'With the stored bytes of two keys swapped, neither gives the value of the other.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('a', 'of a');
    await cache.set('b', 'of b');
    const [a, b] = [scene.storedBytes('a'), scene.storedBytes('b')];
    const [ofA, ofB] = [await a.parts(), await b.parts()];
    // All parts, and each part alone.
    for (const only of [undefined, ...ofA.keys()]) {
      const mixed = (own: Parts, others: Parts) =>
        own.map((part, index) => (only === undefined || index === only ? others[index] : part));
      const which = only === undefined ? 'all parts' : `part ${only + 1}`;
      await a.apply({ what: `${which} from the entry of 'b'`, parts: mixed(ofA, ofB) });
      await b.apply({ what: `${which} from the entry of 'a'`, parts: mixed(ofB, ofA) });
      for (const key of ['a', 'b']) {
        const found = await cache.get(key);
        expectThat(`get('${key}') to be 'of ${key}' or a miss`, found === undefined || found === `of ${key}`, found);
      }
    }
  },
);

list.add(
  'copied',
  'With the stored bytes of an entry copied to another key, that key gives no value of it and keys lists each key once.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('a', 'of a');
    await cache.set('b', 'of b');
    const copied = await scene.storedBytes('a').parts();
    await scene.storedBytes('b').apply({ what: "a copy of those of 'a'", parts: copied });
    const keys = await listedKeys(cache);
    expectEqual('the listed keys', keys, [...new Set(keys)]);
    expectThat("get('b') to be 'of b' or a miss", [undefined, 'of b'].includes(await cache.get('b')), 'another value');
    expectEqual("get('a')", await cache.get('a'), 'of a');
    await cache.cleanup();
    expectEqual("get('a') after a cleanup", await cache.get('a'), 'of a');
    await cache.set('b', 'new');
    expectEqual("get('b') after a set", await cache.get('b'), 'new');
  },
);

list.add('listing', 'With any bit of an entry flipped, keys lists no key that was never stored.', async (scene) => {
  const cache = await scene.open();
  await cache.set('key', { a: 1 });
  const stored = scene.storedBytes('key');
  for (const damage of flippedBits(await stored.parts(), STRIDE)) {
    await stored.apply(damage);
    const keys = await listedKeys(cache);
    expectThat(
      `the listed keys to be ['key'] or none (${damage.what})`,
      keys.every((key) => key === 'key') && keys.length < 2,
      keys,
    );
  }
});

list.add(
  'found-at-opening',
  'An instance that opens a store with damaged entries finds all others, and no damaged one.',
  async (scene) => {
    const first = await scene.open();
    const keys = Array.from({ length: 6 }, (_, index) => `key ${index}`);
    for (const key of keys) await first.set(key, key);
    await first.close();
    const damages = plainDamages(await scene.storedBytes('key 1').parts(), scene.random);
    for (const [index, damage] of damages.entries()) await scene.storedBytes(`key ${index}`).apply(damage);
    const second = await scene.open();
    const hurt = keys.slice(0, damages.length);
    const rest = keys.slice(damages.length);
    expectEqual('the listed keys', await listedKeys(second), rest);
    expectEqual('getMany of all keys', await second.getMany(keys), new Map(rest.map((key) => [key, key])));
    expectEqual('the listed keys after it', await listedKeys(second), rest);
    for (const key of hurt) expectEqual(`exists('${key}')`, await second.exists(key), false);
  },
  { needs: ['persistent'] },
);

list.add(
  'newer-format',
  'An entry of a later format is a miss that is no error, and cleanup leaves it to those who can read it.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1);
    await cache.set('other', 'unhurt');
    const stored = scene.storedBytes('key');
    await stored.makeNewer();
    const newer = await stored.parts();
    const { errorCount } = await cache.getStats();
    expectEqual("get('key')", await cache.get('key'), undefined);
    expectEqual("exists('key')", await cache.exists('key'), false);
    expectEqual("getMetadata('key')", await cache.getMetadata('key'), undefined);
    await cache.cleanup();
    expectEqual("get('key') after a cleanup", await cache.get('key'), undefined);
    expectEqual('errorCount', (await cache.getStats()).errorCount, errorCount);
    expectEqual('the stored bytes of the entry after a cleanup', await stored.read(), newer);
    expectEqual("get('other')", await cache.get('other'), 'unhurt');
    expectEqual("set('key') over it", await cache.set('key', 'new'), true);
    expectEqual("get('key') after the set", await cache.get('key'), 'new');
  },
  { needs: ['newerFormat'] },
);
