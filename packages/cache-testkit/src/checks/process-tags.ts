import { expectEqual } from '../expect.js';
import { taggedMakingRoutine } from '../processes/routines/tagged-making.js';
import { driverOf, openRemotes, processList, scaled } from './process-helpers.js';

const list = processList();
export const processTagChecks = list.checks;

list.add(
  'see-invalidations',
  'What a process has invalidated is a miss in every other one from then on, whoever has set it; what is set afterwards is not.',
  async (scene) => {
    const remotes = await openRemotes(scene, 3);
    for (let round = 0; round < scaled(scene, 4, 100); round++) {
      const [writer, invalidator] = [remotes[round % 3], remotes[(round + 1) % 3]];
      const tags = [`tag ${round}`, 'all'];
      expectEqual("set('key')", await writer?.call('set', 'key', round, { tags }), true);
      await writer?.call('set', 'other', round, { tags: ['other'] });
      for (const remote of remotes)
        expectEqual(`get('key') of ${remote.label}`, await remote.call('get', 'key'), round);
      const tag = tags[round % 2];
      expectEqual(`invalidateTags(['${tag}'])`, await invalidator?.call('invalidateTags', [tag]), true);
      for (const remote of remotes) {
        const after = `of ${remote.label} after the invalidation`;
        expectEqual(`get('key') ${after}`, await remote.call('get', 'key'), undefined);
        expectEqual(`exists('key') ${after}`, await remote.call('exists', 'key'), false);
        expectEqual(`keys() ${after}`, await remote.call('keys'), ['other']);
      }
      // By whom it was invalidated, and by whom it was not.
      const setter = remotes[(round + 1 + (round % 2)) % 3];
      expectEqual("set('key') afterwards", await setter?.call('set', 'key', 'new', { tags }), true);
      for (const remote of remotes)
        expectEqual(`get('key') of ${remote.label}`, await remote.call('get', 'key'), 'new');
    }
  },
);

list.add(
  'invalidated-while-making',
  'What a process was computing or updating when another one invalidated its tag is not served afterwards, by any of them.',
  async (scene) => {
    const cache = await scene.openInRealTime();
    for (const operation of ['getOrSet', 'update'] as const) {
      const key = `by ${operation}`;
      const [worker] = await driverOf(scene).start(taggedMakingRoutine, [{ key, tag: 'tag', operation }]);
      if (worker === undefined) continue;
      await worker.nextReport();
      await worker.nextReport();
      scene.trail.note(`process ${worker.number}: ${operation}('${key}'), whose value gets the tag 'tag', has begun`);
      expectEqual("invalidateTags(['tag'])", await cache.invalidateTags(['tag']), true);
      worker.tell('end');
      const { read } = await worker.result;
      scene.trail.note(`process ${worker.number}: ${operation} has ended; get('${key}') gave ${String(read)}`);
      expectEqual(`get('${key}') of the process`, read === 'made before', false);
      expectEqual(`get('${key}')`, (await cache.get(key)) === 'made before', false);
      expectEqual("set('key') afterwards", await cache.set(key, 'new', { tags: ['tag'] }), true);
      expectEqual(`get('${key}') after a set`, await cache.get(key), 'new');
    }
  },
  { needs: ['crossProcessTags'] },
);
