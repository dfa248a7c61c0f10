import type { CacheManager } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { hasEvents } from '../events-of.js';
import { expectEqual, expectRejection, UnmetExpectation } from '../expect.js';
import type { Scene } from '../scene.js';
import { collect, deferred, listedKeys, openEvicting } from './helpers.js';

const list = new CheckList('tags');
export const invalidationChecks = list.checks;

/** Entries `a`, `ab`, `b` with the tags in their names, and `none`. */
async function openTagged(scene: Scene): Promise<CacheManager> {
  const cache = await scene.open();
  for (const key of ['a', 'ab', 'b']) await cache.set(key, key, { tags: [...key] });
  await cache.set('none', 'none');
  return cache;
}

list.add(
  'invalidated',
  'After invalidateTags every entry with one of the tags is a miss, and no other one.',
  async (scene) => {
    const cache = await openTagged(scene);
    expectEqual("invalidateTags(['a', 'unknown'])", await cache.invalidateTags(['a', 'unknown']), true);
    const keys = ['a', 'ab', 'b', 'none'];
    const left = new Map([
      ['b', 'b'],
      ['none', 'none'],
    ]);
    expectEqual('getMany()', await cache.getMany(keys), left);
    expectEqual('the listed keys', await listedKeys(cache), ['b', 'none']);
    expectEqual("lookup('ab')", await cache.lookup('ab'), { hit: false });
    expectEqual("exists('ab')", await cache.exists('ab'), false);
    expectEqual("getMetadata('ab')", await cache.getMetadata('ab'), undefined);
    await cache.cleanup();
    expectEqual('totalEntries after a cleanup', (await cache.getStats()).totalEntries, 2);
    expectEqual('expiredCount', (await cache.getStats()).expiredCount, 0);
    expectEqual("invalidateTags(['b', 'a'])", await cache.invalidateTags(['b', 'a']), true);
    expectEqual('the listed keys in the end', await listedKeys(cache), ['none']);
  },
);

list.add(
  'invalidated-for-writers',
  'To add, update, take, touch and delete an invalidated entry is none.',
  async (scene) => {
    const cache = await scene.open();
    const keys = ['add', 'update', 'take', 'touch', 'delete'];
    for (const key of keys) await cache.set(key, 'old', { tags: ['tag'] });
    await cache.invalidateTags(['tag']);
    expectEqual("take('take')", await cache.take('take'), undefined);
    expectEqual("touch('touch')", await cache.touch('touch', '1h'), false);
    expectEqual("delete('delete')", await cache.delete('delete'), false);
    expectEqual("add('add')", await cache.add('add', 'new'), true);
    const seen: unknown[] = [];
    await cache.update('update', (current) => {
      seen.push(current);
      return 'new';
    });
    expectEqual('what update was given', seen, [undefined]);
    expectEqual('what is there', await cache.getMany(keys), new Map(['add', 'update'].map((key) => [key, 'new'])));
  },
);

list.add(
  'set-after-invalidation',
  'What is set after an invalidation is there, in the same millisecond too, and where the clock has gone back.',
  async (scene) => {
    const cache = await scene.open();
    for (const step of [0, 1, -5_000]) {
      await cache.set('key', 'old', { tags: ['tag'] });
      await cache.invalidateTags(['tag']);
      await scene.advance(step);
      expectEqual("get('key') before the set", await cache.get('key'), undefined);
      await cache.set('key', 'new', { tags: ['tag'] });
      expectEqual("get('key') after the set", await cache.get('key'), 'new');
      expectEqual('getOrSet() of another key', await cache.getOrSet('computed', () => step, { tags: ['tag'] }), step);
      expectEqual("get('computed')", await cache.get('computed'), step);
    }
  },
);

list.add(
  'invalidated-while-computing',
  'What a factory was computing when one of its tags was invalidated goes to its callers, and not into the cache.',
  async (scene) => {
    const cache = await scene.open();
    for (const [key, tags] of [
      ['by option', ['tag']],
      ['by context', undefined],
    ] as const) {
      const [begun, gate] = [deferred<void>(), deferred<void>()];
      const computed = cache.getOrSet(
        key,
        async ({ setTags }) => {
          begun.resolve();
          await gate.promise;
          if (tags === undefined) setTags(['tag']);
          return 'old';
        },
        { tags },
      );
      await begun.promise;
      await cache.invalidateTags(['tag']);
      const later = cache.getOrSet(key, () => 'new', { tags });
      gate.resolve();
      expectEqual('what the caller got who asked before', await computed, 'old');
      expectEqual('what the caller got who asked afterwards', await later, 'new');
      expectEqual(`get('${key}')`, await cache.get(key), 'new');
    }
  },
);

list.add(
  'invalidated-while-updating',
  'What an update makes of what it read before an invalidation is not there afterwards.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', ['old'], { tags: ['tag'] });
    const seen: unknown[] = [];
    let isFirst = true;
    await cache.update<string[]>('key', async (current) => {
      seen.push(current);
      if (isFirst) await cache.invalidateTags(['tag']);
      isFirst = false;
      return [...(current ?? []), 'added'];
    });
    const found = (await cache.get<string[]>('key')) ?? [];
    expectEqual('the old value in what is there', found.includes('old'), false);
    expectEqual('what the first attempt was given', seen[0], ['old']);
  },
);

list.add(
  'not-in-grace',
  'An invalidated entry is not served in its grace.',
  async (scene) => {
    const cache = await scene.open();
    await cache.getOrSet('key', () => 'old', { ttl: '10s', grace: '60s', tags: ['tag'] });
    await scene.advance(15_000);
    await cache.invalidateTags(['tag']);
    const options = { ttl: '10s', grace: '60s', softTimeout: 0 } as const;
    expectEqual('getOrSet()', await cache.getOrSet('key', () => 'new', options), 'new');
  },
  { needs: ['grace'] },
);

list.add(
  'invalidated-takes-no-room',
  'When a limit is reached, invalidated entries go before any live one, and count as no evictions.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxEntries: 4 });
    for (const key of ['a', 'b']) await cache.set(key, 1);
    for (const key of ['c', 'd']) await cache.set(key, 1, { tags: ['tag'] });
    await scene.advance(1_000);
    await cache.getMany(['c', 'd']);
    await cache.invalidateTags(['tag']);
    for (const key of ['e', 'f']) await cache.set(key, 1);
    expectEqual('the listed keys', await listedKeys(cache), ['a', 'b', 'e', 'f']);
    expectEqual('evictionCount', (await cache.getStats()).evictionCount, 0);
  },
  { needs: ['evicts', 'entryLimit'] },
);

list.add(
  'of-namespaces',
  'The tags of a namespace are its own: no invalidation outside of it reaches them, nor the other way round.',
  async (scene) => {
    const cache = await scene.open();
    const [users, teams] = [cache.namespace('users'), cache.namespace('teams')];
    const archive = users.namespace('archive');
    const all = [cache, users, teams, archive];
    for (const each of all) await each.set('key', 1, { tags: ['tag'] });
    await users.getOrSet('computed', ({ setTags }) => {
      setTags(['tag']);
      return 1;
    });
    await users.setStream('streamed', [Buffer.from('bytes')], { tags: ['tag'] });
    for (const key of ['computed', 'streamed']) {
      expectEqual(`tags in the metadata of '${key}'`, (await users.getMetadata(key))?.tags, ['tag']);
    }
    await teams.invalidateTags(['tag']);
    const found = async () => Promise.all(all.map((each) => each.exists('key')));
    expectEqual('exists() after an invalidation in teams', await found(), [true, true, false, true]);
    await cache.invalidateTags(['tag']);
    expectEqual('exists() after one of the cache', await found(), [false, true, false, true]);
    const tagged = (await collect(users.keys({ tag: 'tag' }))).sort();
    expectEqual("keys of users with 'tag'", tagged, ['computed', 'key', 'streamed']);
    await users.invalidateTags(['tag']);
    expectEqual('exists() after one in users', await found(), [false, false, false, true]);
    expectEqual('what is left in users', await listedKeys(users), []);
  },
);

list.add(
  'invalidate-checked',
  'invalidateTags rejects with CACHE_INVALID_CONFIG what is no array of texts, and takes an empty one for nothing to do.',
  async (scene) => {
    const cache = await openTagged(scene);
    for (const tags of ['a', undefined, null, 1, {}, [1], [''], ['a', undefined]]) {
      await expectRejection('invalidateTags() of such tags', 'CACHE_INVALID_CONFIG', () =>
        // Programs without types pass anything.
        cache.invalidateTags(tags as readonly string[]),
      );
    }
    expectEqual('invalidateTags([])', await cache.invalidateTags([]), true);
    expectEqual('the listed keys', await listedKeys(cache), ['a', 'ab', 'b', 'none']);
  },
);

list.add(
  'invalidate-told',
  'An invalidation is told once, with its tags, and as no delete or expiry of its entries.',
  async (scene) => {
    const cache = await openTagged(scene);
    if (!hasEvents(cache)) throw new UnmetExpectation('a method on(event, listener)', 'none');
    const told: unknown[] = [];
    for (const name of ['invalidate', 'delete', 'expire', 'evict'] as const) {
      cache.on(name, (event) => told.push(name, event));
    }
    await cache.invalidateTags(['a', 'b']);
    expectEqual('the events', told, ['invalidate', { tags: ['a', 'b'] }]);
  },
  { needs: ['events'] },
);

list.add(
  'invalidated-for-good',
  'What was invalidated is a miss for the next instance on the store too, and what was set afterwards is there.',
  async (scene) => {
    const cache = await openTagged(scene);
    await cache.invalidateTags(['a']);
    await cache.set('ab', 'new', { tags: ['a'] });
    await scene.close(cache);
    const next = await scene.open();
    expectEqual('the listed keys', await listedKeys(next), ['ab', 'b', 'none']);
    await next.invalidateTags(['b']);
    await scene.close(next);
    const last = await scene.open();
    expectEqual('the listed keys in the end', await listedKeys(last), ['ab', 'none']);
    expectEqual("get('ab')", await last.get('ab'), 'new');
  },
  { needs: ['persistent'] },
);
