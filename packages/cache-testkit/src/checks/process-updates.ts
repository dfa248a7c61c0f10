import { expectEqual, expectThat } from '../expect.js';
import { type UpdateArgs, updateRoutine } from '../processes/routines/update.js';
import { driverOf, processList, scaled } from './process-helpers.js';

const list = processList();
export const processUpdateChecks = list.checks;

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

list.add(
  'updates',
  'Atomic updates of several processes lose nothing, and add and take each entry once.',
  async (scene) => {
    const [processes, rounds] = [scaled(scene, 3, 4), scaled(scene, 8, 500)];
    const cache = await scene.openInRealTime();
    await cache.setMany(upTo(rounds).map((round) => [`there ${round}`, round]));
    scene.trail.note(`${processes} processes: ${rounds} × increment, update, add and take of the same keys each`);
    const workers = await driverOf(scene).start(updateRoutine, Array<UpdateArgs>(processes).fill({ rounds }));
    const results = await Promise.all(workers.map(({ result }) => result));
    const all = processes * rounds;
    expectEqual('the sums of the increments', new Set(results.flatMap(({ sums }) => sums)).size, all);
    expectEqual("get('count')", await cache.get('count'), all);
    const expected = workers.flatMap(({ number }) => upTo(rounds).map((round) => `${number}.${round}`)).sort();
    expectEqual("what is in 'list'", [...((await cache.get<string[]>('list')) ?? [])].sort(), expected);
    expectEqual('what was added, by whomever', sorted(results.flatMap(({ added }) => added)), upTo(rounds));
    expectEqual('what was taken, by whomever', sorted(results.flatMap(({ taken }) => taken)), upTo(rounds));
  },
  { needs: ['crossProcessLocks'] },
);

list.add(
  'updates-killed',
  'A process that is killed in the middle of atomic updates leaves their key free, and their sum right.',
  async (scene) => {
    const rounds = scaled(scene, 10, 300);
    const workers = await driverOf(scene).start(updateRoutine, [{ rounds: null }, { rounds }, { rounds }]);
    const [victim, ...others] = workers;
    let told = 0;
    while (told < rounds) {
      await victim?.nextReport();
      told++;
    }
    scene.trail.note(`process ${victim?.number}: killed after it has told ${told} sums`);
    await victim?.kill();
    const results = await Promise.all(others.map(({ result }) => result));
    const sums = results.flatMap((result) => result.sums);
    expectEqual('sums that differ', new Set(sums).size, others.length * rounds);
    const cache = await scene.openInRealTime();
    const count = (await cache.get<number>('count')) ?? 0;
    expectThat('a count of every increment that was told', count >= told + others.length * rounds, count);
    expectThat('a count that is no sum', !sums.some((sum) => sum === undefined || sum > count), count);
    expectEqual("increment('count')", await cache.increment('count'), count + 1);
  },
  { needs: ['crossProcessLocks'] },
);
