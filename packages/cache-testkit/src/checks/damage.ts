import { isDeepStrictEqual } from 'node:util';
import type { CacheManager } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import {
  additions,
  cuts,
  type Damage,
  flippedBits,
  foreignBytes,
  garbage,
  type Parts,
  randomBytes,
} from '../damage/damages.js';
import type { StoredEntryBytes } from '../damage/stored-entry-bytes.js';
import { UnmetExpectation } from '../expect.js';
import type { Scene } from '../scene.js';
import { showLong } from '../show.js';

const list = new CheckList('damage', ['corrupt']);
export const damageChecks = list.checks;

const JSON_VALUE = { title: 'Corne', layers: ['base', 'lower'], version: 3, isDraft: false };
/** As few as hold every kind of byte that encodings treat apart. */
const BYTES = Uint8Array.of(0, 1, 34, 92, 10, 127, 128, 195, 169, 255, 0, 65, 66, 67, 68, 69);
/** Above what backends keep beside the entry. */
const LARGE_BYTES = 100_000;
/** Bits, or lengths, between two that are tried of a large value: no multiple of a block's or a word's. */
const LARGE_STRIDE = 7_919;

interface Victim {
  readonly cache: CacheManager;
  readonly stored: StoredEntryBytes;
  readonly value: unknown;
  /** The bytes of the entry as they should be. */
  readonly parts: Parts;
}

async function victimOf(scene: Scene, value: unknown): Promise<Victim> {
  const cache = await scene.open();
  await cache.set('key', value);
  const stored = scene.storedBytes('key');
  return { cache, stored, value, parts: await stored.parts() };
}

/** Reads the key after each damage: the value, whole and of its type, or a miss. */
async function expectValueOrMiss({ cache, stored, value }: Victim, damages: Iterable<Damage>): Promise<void> {
  for (const damage of damages) {
    await stored.apply(damage);
    const found = await cache.get('key');
    if (found === undefined || isDeepStrictEqual(found, value)) continue;
    throw new UnmetExpectation(
      `get('key') to be ${showLong(value)} or a miss, with its stored bytes damaged (${damage.what})`,
      showLong(found),
    );
  }
}

for (const [name, kind, value] of [
  ['json', 'a stored JSON value', JSON_VALUE],
  ['bytes', 'stored bytes', BYTES],
] as const) {
  list.add(
    `flipped-bits-of-${name}`,
    `With any single bit of ${kind} flipped, get gives the right value or a miss.`,
    async (scene) => {
      const victim = await victimOf(scene, value);
      await expectValueOrMiss(victim, flippedBits(victim.parts));
    },
  );

  list.add(`cuts-of-${name}`, `With ${kind} cut at any length, get gives a miss.`, async (scene) => {
    const victim = await victimOf(scene, value);
    await expectValueOrMiss(victim, cuts(victim.parts));
  });

  list.add(
    `additions-to-${name}`,
    `With bytes added before or after ${kind}, get gives the right value or a miss.`,
    async (scene) => {
      const victim = await victimOf(scene, value);
      await expectValueOrMiss(victim, additions(victim.parts, scene.random));
    },
  );

  list.add(`garbage-for-${name}`, `With random bytes in the place of ${kind}, get gives a miss.`, async (scene) => {
    const victim = await victimOf(scene, value);
    await expectValueOrMiss(victim, garbage(victim.parts, scene.random, 50));
  });

  list.add(
    `foreign-for-${name}`,
    `With what other programs write in the place of ${kind}, get gives a miss.`,
    async (scene) => {
      const victim = await victimOf(scene, value);
      await expectValueOrMiss(victim, foreignBytes(victim.parts));
    },
  );
}

list.add(
  'large',
  'A large value with a flipped bit, cut, or with other bytes at its end, is the right value or a miss.',
  async (scene) => {
    const text = 'a line of a large value\n'.repeat(LARGE_BYTES / 24);
    for (const value of [randomBytes(LARGE_BYTES, scene.random), text]) {
      const victim = await victimOf(scene, value);
      await expectValueOrMiss(victim, flippedBits(victim.parts, LARGE_STRIDE));
      await expectValueOrMiss(victim, cuts(victim.parts, LARGE_STRIDE));
      await expectValueOrMiss(victim, additions(victim.parts, scene.random));
      await victim.cache.close();
    }
  },
);

list.add(
  'metadata',
  'With any single bit of an entry flipped, its dates, ttl, tags and size are the right ones, or it is not shown.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 1, { ttl: 1_000, tags: ['keyboard', 'glove80'] });
    const stored = scene.storedBytes('key');
    const right = await shownOf(cache);
    for (const damage of flippedBits(await stored.parts())) {
      await stored.apply(damage);
      const shown = await shownOf(cache);
      if (shown === undefined || isDeepStrictEqual(shown, right)) continue;
      throw new UnmetExpectation(
        `getMetadata('key') to be ${showLong(right)} or undefined, with the entry's stored bytes damaged (${damage.what})`,
        showLong(shown),
      );
    }
  },
);

async function shownOf(cache: CacheManager): Promise<object | undefined> {
  const metadata = await cache.getMetadata('key');
  if (metadata === undefined) return undefined;
  const { key, sizeBytes, createdAt, ttlSeconds, expiresAt, tags } = metadata;
  return { key, sizeBytes, createdAt, ttlSeconds, expiresAt, tags };
}
