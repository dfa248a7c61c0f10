import type { CacheEventName, CacheManager } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { hasEvents } from '../events-of.js';
import { expectEqual, expectThat, UnmetExpectation } from '../expect.js';
import type { Scene } from '../scene.js';
import type { CacheConfig } from '../target.js';

const list = new CheckList('events', ['events']);
export const eventChecks = list.checks;

const NAMES: readonly CacheEventName[] = ['hit', 'miss', 'set', 'delete', 'evict', 'expire', 'clear', 'error'];

interface Heard {
  readonly cache: CacheManager;
  /** `name key` of each event since it was last asked. */
  take(): string[];
}

async function listen(scene: Scene, config: CacheConfig = {}): Promise<Heard> {
  const cache = await scene.open(config);
  if (!hasEvents(cache)) throw new UnmetExpectation('a method on(event, listener)', 'none');
  let events: string[] = [];
  for (const name of NAMES) {
    cache.on(name, (event) => events.push('key' in event ? `${name} ${String(event.key)}` : name));
  }
  return {
    cache,
    take() {
      const taken = events;
      events = [];
      return taken;
    },
  };
}

list.add(
  'reads-and-writes',
  'hit, miss, set, delete and clear are told with their key, once each, before the operation ends.',
  async (scene) => {
    const { cache, take } = await listen(scene);
    await cache.set('a', 1);
    expectEqual('events of set', take(), ['set a']);
    await cache.get('a');
    expectEqual('events of a get that hits', take(), ['hit a']);
    await cache.lookup('b');
    expectEqual('events of a lookup that misses', take(), ['miss b']);
    await cache.delete('a');
    expectEqual('events of delete', take(), ['delete a']);
    await cache.delete('a');
    expectEqual('events of a delete that finds nothing', take(), []);
    await cache.clear();
    expectEqual('events of clear', take(), ['clear']);
  },
);

list.add('batches', 'Batches tell the events of each key.', async (scene) => {
  const { cache, take } = await listen(scene);
  await cache.setMany([
    ['a', 1],
    ['b', 2],
  ]);
  expectEqual('events of setMany', take(), ['set a', 'set b']);
  await cache.getMany(['a', 'c']);
  expectEqual('events of getMany', take().sort(), ['hit a', 'miss c']);
  await cache.getOrSet('d', () => 1);
  expectEqual('events of getOrSet', take(), ['miss d', 'set d']);
  await cache.deleteMany(['a', 'c', 'd']);
  expectEqual('events of deleteMany', take(), ['delete a', 'delete d']);
});

list.add('asking-tells-nothing', 'exists, getMetadata, keys and getStats tell no event.', async (scene) => {
  const { cache, take } = await listen(scene);
  await cache.set('a', 1);
  take();
  await cache.exists('a');
  await cache.getMetadata('b');
  for await (const _key of cache.keys()) await cache.getStats();
  expectEqual('events', take(), []);
});

list.add(
  'evictions',
  'evict is told for each live entry that had to go.',
  async (scene) => {
    const { cache, take } = await listen(scene, { maxEntries: 1, evictionPolicy: scene.evictingPolicy });
    await cache.set('a', 1);
    await scene.advance(1_000);
    await cache.set('b', 2);
    expectEqual(
      'events of evictions',
      take().filter((event) => event.startsWith('evict')),
      ['evict a'],
    );
  },
  { needs: ['entryLimit', 'evicts'] },
);

list.add('expiries', 'expire is told for each entry removed because it expired.', async (scene) => {
  const { cache, take } = await listen(scene, { cleanupIntervalSeconds: 0 });
  await cache.setMany([
    ['a', 1, { ttl: 1 }],
    ['b', 2],
  ]);
  await scene.advance(2_000);
  await cache.cleanup();
  expectEqual(
    'events of expiry',
    take().filter((event) => event.startsWith('expire')),
    ['expire a'],
  );
});

list.add(
  'refusals',
  'A refused write tells an error, and no set.',
  async (scene) => {
    const { cache, take } = await listen(scene, { maxSizeBytes: 1_000 });
    expectEqual('set() of 5,000 bytes', await cache.set('a', 'x'.repeat(5_000)), false);
    expectEqual('events', take(), ['error a']);
  },
  { needs: ['byteLimit'] },
);

list.add('unsubscribe', 'on returns a function that ends the listening.', async (scene) => {
  const { cache } = await listen(scene);
  let heard = 0;
  const stop = cache.on('set', () => heard++);
  await cache.set('a', 1);
  stop();
  stop();
  await cache.set('a', 2);
  expectEqual('events heard', heard, 1);
});

list.add(
  'listeners-may-throw',
  'A listener that throws harms neither the operation nor other listeners.',
  async (scene) => {
    const { cache, take } = await listen(scene);
    cache.on('set', () => {
      throw new Error('from a listener');
    });
    const heard: unknown[] = [];
    cache.on('set', ({ key }) => heard.push(key));
    expectEqual("set('a')", await cache.set('a', 1), true);
    expectEqual("get('a')", await cache.get('a'), 1);
    expectEqual('what a later listener heard', heard, ['a']);
    expectEqual('what the first listeners heard', take(), ['set a', 'hit a']);
  },
);

list.add('no-values', 'No event carries a value.', async (scene) => {
  const { cache } = await listen(scene);
  const secret = 'hunter2-the-secret';
  const events: unknown[] = [];
  for (const name of NAMES) cache.on(name, (event) => events.push(event));
  await cache.set('a', secret);
  await cache.get('a');
  await cache.getOrSet('b', () => secret);
  await cache.delete('a');
  expectThat('events without the value', !JSON.stringify(events).includes(secret), events);
});
