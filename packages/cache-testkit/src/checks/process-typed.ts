import { CheckList } from '../check.js';
import { expectEqual } from '../expect.js';
import { readTypedRoutine, replaceMisfitsRoutine } from '../processes/routines/typed.js';
import { driverOf, PROCESS_OPTIONS, scaled } from './process-helpers.js';

const list = new CheckList('typed', ['typed', 'multiProcess', 'module'], PROCESS_OPTIONS);
export const processTypedChecks = list.checks;

list.add(
  'newer-is-spared-by-processes',
  'What one process sets in the place of what does not fit is not removed by another one that has read the latter.',
  async (scene) => {
    const rounds = scaled(scene, 25, 500);
    const keys = Array.from({ length: 8 }, (_, index) => `key ${index}`);
    const driver = driverOf(scene);
    const readers = await driver.start(readTypedRoutine, [{ keys }, { keys }]);
    await Promise.all(readers.map((reader) => reader.nextReport()));
    scene.trail.note(`2 processes: read ${keys.length} keys through a schema, over and over`);
    scene.trail.note(`process 3: ${rounds} × set each of them to what does not fit, then to a number, then get`);
    const [lost] = await driver.run(replaceMisfitsRoutine, [{ keys, rounds }]);
    const misses = await Promise.all(
      readers.map(async (reader) => {
        await reader.stop();
        return reader.result;
      }),
    );
    scene.trail.note(`the readers missed ${misses.join(' and ')} times`);
    expectEqual('the numbers that were lost', lost, []);
    const cache = await scene.openInRealTime();
    const left = await cache.getMany<number>(keys);
    expectEqual('what is there in the end', left, new Map(keys.map((key) => [key, rounds])));
  },
);
