import type { TypedCache } from '@glovebox/cache-core/typed';
import { CheckList } from '../check.js';
import { expectEqual, expectRejection } from '../expect.js';
import { MISFIT, NUMBERS } from '../typed-schemas.js';
import { listedKeys } from './helpers.js';
import { endsOf } from './tracing.js';

const list = new CheckList('typed', ['typed']);
export const typedViewChecks = list.checks;

list.add(
  'namespaces',
  'A view of a namespace and a namespace of a view are the same, and apart from the rest in keys, tags and misfits.',
  async (scene) => {
    const cache = await scene.open();
    const users = cache.namespace('users');
    const inner = scene.typed(users, NUMBERS, { version: 1 });
    const outer = scene.typed(cache, NUMBERS, { version: 1 }).namespace('users');
    await cache.set('key', MISFIT);
    await inner.set('key', 1, { tags: ['a'] });
    expectEqual('get() of the other', await outer.get('key'), 1);
    expectEqual('increment() of the other', await outer.increment('key'), 2);
    expectEqual('getMany()', await inner.getMany(['key']), new Map([['key', 2]]));
    expectEqual('the keys', await listedKeys(outer), ['key']);
    const metadata = await outer.getMetadata('key');
    expectEqual('key and tags', [metadata?.key, metadata?.tags], ['key', ['a']]);
    expectEqual("get('key') of the cache", await cache.get('key'), MISFIT);
    await cache.invalidateTags(['a']);
    expectEqual('get() after an invalidation in the cache', await inner.get('key'), 2);
    await outer.invalidateTags(['a']);
    expectEqual('get() after one in the namespace', await inner.get('key'), undefined);
    await users.set('key', MISFIT);
    expectEqual('getOrSet() where something does not fit', await outer.getOrSet('key', () => 3), 3);
    await inner.clear();
    expectEqual('exists() after clear()', await outer.exists('key'), false);
    expectEqual("get('key') of the cache in the end", await cache.get('key'), MISFIT);
  },
);

list.add(
  'close',
  'Closing a typed view ends its use, and nothing else; of a closed cache its operations reject.',
  async (scene) => {
    const cache = await scene.open();
    const [closed, open] = [scene.typed(cache, NUMBERS), scene.typed(cache, NUMBERS)];
    const operations = (numbers: TypedCache<number, number>) => ({
      get: () => numbers.get('key'),
      getMany: () => numbers.getMany(['key']),
      exists: () => numbers.exists('key'),
      set: () => numbers.set('key', 2),
      setMany: () => numbers.setMany([['key', 2]]),
      getOrSet: () => numbers.getOrSet('key', () => 2),
      update: () => numbers.update('key', () => 2),
      take: () => numbers.take('key'),
      clear: () => numbers.clear(),
      getStats: () => numbers.getStats(),
    });
    await closed.set('key', 1);
    await closed.close();
    for (const [name, call] of Object.entries(operations(closed))) {
      await expectRejection(`${name}() of a closed view`, 'CACHE_CLOSED', call);
    }
    expectEqual('get() of another view', await open.get('key'), 1);
    expectEqual('get() of the cache', await cache.get('key'), 1);
    await scene.close(cache);
    for (const [name, call] of Object.entries(operations(open))) {
      await expectRejection(`${name}() of a closed cache`, 'CACHE_CLOSED', call);
    }
  },
);

list.add(
  'traced',
  'An operation of a typed view is told once, as that of the cache is, what does not fit as a miss.',
  async (scene) => {
    const cache = await scene.open();
    const numbers = scene.typed(cache, NUMBERS);
    await cache.setMany([
      ['a', MISFIT],
      ['b', MISFIT],
      ['c', MISFIT],
    ]);
    const ends = await endsOf(async () => {
      await numbers.get('a');
      await numbers.exists('b');
      await numbers.getMany(['b']);
      await numbers.getOrSet('c', () => 3);
      await numbers.set('a', 1);
      await numbers.setMany([['b', 2]]);
      await numbers.get('a');
      await numbers.lookup('b');
      await numbers.getOrSet('c', () => 4);
      await numbers.increment('c');
      await numbers.take('c');
      await numbers.add('b', 5);
      await numbers.delete('b');
      await numbers.set('a', MISFIT as unknown as number).catch(() => {});
    });
    expectEqual('what was told', ends, [
      'get miss a',
      'exists miss b',
      'getMany done 0',
      'factory done c',
      'getOrSet miss c',
      'set stored a',
      'setMany done 1',
      'get hit a',
      'lookup hit b',
      'getOrSet hit c',
      'increment stored c',
      'take hit c',
      'add refused b',
      'delete removed b',
      'set error a',
    ]);
  },
  { needs: ['tracing'] },
);
