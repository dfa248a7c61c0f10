import { expectEqual, expectThat } from '../expect.js';
import { STREAM_KEY, type StreamArgs, streamOf, streamRoutine } from '../processes/routines/stream.js';
import { driverOf, processList, scaled } from './process-helpers.js';
import { streamed } from './stream-helpers.js';

const list = processList();
export const processStreamChecks = list.checks;

list.add(
  'streams',
  'While processes stream values to one key, others read one of them, whole: never a mixture, a part, or a miss.',
  async (scene) => {
    const rounds = scaled(scene, 8, 200);
    const cache = await scene.openInRealTime();
    await cache.setStream(STREAM_KEY, [streamOf(1)]);
    scene.trail.note(`2 processes stream ${rounds} values each to one key, 2 others read it until they have ended`);
    const reader: StreamArgs = { part: 'reader', rounds };
    const writer: StreamArgs = { part: 'writer', rounds };
    const workers = await driverOf(scene).start(streamRoutine, [reader, reader, writer, writer]);
    const [readers, writers] = [workers.slice(0, 2), workers.slice(2)];
    for (const { result } of writers) expectEqual('values stored', (await result).whole, rounds);
    for (const worker of readers) {
      const { whole, missed, wrong } = await worker.stop();
      expectEqual('what was wrong with what was read', wrong.slice(0, 3), []);
      expectEqual('misses', missed, 0);
      expectThat('values that were read', whole > 0, whole);
    }
    const last = await streamed(cache, STREAM_KEY);
    expectThat('one of the values that were stored last', last.equals(streamOf(last.readUInt32LE(0))), last);
  },
);

list.add(
  'streams-killed',
  'Of a stream whose writer is killed before its end nothing is ever seen, and the old value stays.',
  async (scene) => {
    const cache = await scene.openInRealTime();
    await cache.setStream(STREAM_KEY, [streamOf(1)]);
    const driver = driverOf(scene);
    for (let round = 0; round < scaled(scene, 2, 20); round++) {
      const [writer] = await driver.start(streamRoutine, [{ part: 'writer', rounds: null }]);
      await writer?.nextReport();
      const before = await streamed(cache, STREAM_KEY);
      expectThat('the old value before the end', before.equals(streamOf(1)), before);
      scene.trail.note(`process ${writer?.number}: killed before the end of its stream`);
      await writer?.kill();
      await cache.cleanup();
      const after = await streamed(cache, STREAM_KEY);
      expectThat('the old value after the kill', after.equals(streamOf(1)), after);
    }
    expectEqual('setStream() by another', await cache.setStream(STREAM_KEY, [streamOf(2)]), true);
    expectThat('its value', (await streamed(cache, STREAM_KEY)).equals(streamOf(2)), 'another');
  },
);
