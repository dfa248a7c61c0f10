import type { ByteSource } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { hasEvents } from '../events-of.js';
import { expectEqual, expectRejection, expectThat } from '../expect.js';
import { expectSameError } from './helpers.js';
import { bytesOf, HeldSource, inPieces, openStream, readAll, streamed } from './stream-helpers.js';

const LARGE_BYTES = 1_500_000;

const list = new CheckList('streams', [], { sizeBytes: 64 << 20 });
export const streamFailureChecks = list.checks;

const largePieces = () => inPieces(bytesOf(LARGE_BYTES), 400_000);

list.add(
  'failing-source',
  "A source's own error is what setStream rejects with; the old value stays.",
  async (scene) => {
    const cache = await scene.open();
    await cache.set('old', 'the old value');
    for (const key of ['old', 'new']) {
      const before = await cache.get(key);
      const failure = new Error('the connection was lost');
      const source = new HeldSource(...largePieces());
      const storing = cache.setStream(key, source);
      storing.catch(() => {});
      await source.isWaiting;
      source.fail(failure);
      await expectSameError('setStream()', failure, () => storing);
      expectEqual(`get('${key}')`, await cache.get(key), before);
    }
    expectEqual('errorCount', (await cache.getStats()).errorCount, 0);
  },
);

list.add(
  'aborted',
  'An aborted setStream rejects with the reason at once, though its source never answers; the old value stays.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 'old');
    const abort = new AbortController();
    const reason = new Error('the client is gone');
    const source = new HeldSource(...largePieces());
    const storing = cache.setStream('key', source, { signal: abort.signal });
    storing.catch(() => {});
    await source.isWaiting;
    abort.abort(reason);
    await expectSameError('setStream()', reason, () => storing);
    expectThat('a source that was told to stop', source.isAbandoned, source.isAbandoned);
    expectEqual("get('key')", await cache.get('key'), 'old');
    const aborted = () => cache.setStream('key', largePieces(), { signal: AbortSignal.abort(reason) });
    await expectSameError('setStream() with a signal that is aborted already', reason, aborted);
    expectEqual("get('key')", await cache.get('key'), 'old');
    const { signal } = new AbortController();
    expectEqual('setStream() with a signal', await cache.setStream('key', largePieces(), { signal }), true);
  },
);

list.add(
  'no-bytes',
  'A piece that is no bytes, and a source that is none, reject with CACHE_UNSERIALIZABLE and are not quoted.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', 'old');
    const sources: readonly unknown[] = [
      ['a secret'],
      [bytesOf(300_000), 'a secret'],
      [bytesOf(3), undefined],
      [[1, 2, 3]],
      [{ secret: 1 }],
      [new Float64Array(3)],
      [7],
      'a secret',
      { secret: 1 },
      null,
      5,
      Buffer.from('a secret'),
    ];
    for (const source of sources) {
      const error = await expectRejection('setStream()', 'CACHE_UNSERIALIZABLE', () =>
        cache.setStream('key', source as ByteSource),
      );
      expectThat('a message without the value', !error.message.includes('secret'), error.message);
      expectEqual("get('key')", await cache.get('key'), 'old');
    }
  },
);

list.add('wrong-type', 'getStream of a value that is no Uint8Array rejects with CACHE_WRONG_TYPE.', async (scene) => {
  const cache = await scene.open();
  for (const value of ['a secret', { a: 1 }, null, [1, 2], new Uint16Array(2), 'x'.repeat(LARGE_BYTES)]) {
    await cache.set('key', value);
    const error = await expectRejection('getStream()', 'CACHE_WRONG_TYPE', () => cache.getStream('key'));
    expectThat('a message without the value', !error.message.includes('secret'), error.message);
    expectEqual("get('key')", await cache.get('key'), value);
  }
});

list.add(
  'closed-meanwhile',
  'close ends what is being stored, which rejects with CACHE_CLOSED, and not what is being read.',
  async (scene) => {
    const cache = await scene.open();
    await cache.setStream('key', largePieces());
    const reading = await openStream(cache, 'key');
    const source = new HeldSource(...largePieces());
    const storing = cache.setStream('other', source);
    storing.catch(() => {});
    await source.isWaiting;
    await cache.close();
    await expectRejection('the setStream() under way', 'CACHE_CLOSED', () => storing);
    expectThat('a source that was told to stop', source.isAbandoned, source.isAbandoned);
    const given = await readAll(reading);
    expectThat('all bytes of the stream that was open', given.equals(bytesOf(LARGE_BYTES)), given);
    await expectRejection('setStream()', 'CACHE_CLOSED', () => cache.setStream('key', largePieces()));
    await expectRejection('getStream()', 'CACHE_CLOSED', () => cache.getStream('key'));
  },
);

list.add(
  'broken-store',
  'With a store that fails, setStream is false, and getStream undefined: a fault is counted, and rejects nothing.',
  async (scene) => {
    const cache = await scene.open();
    await cache.setStream('key', largePieces());
    const before = await cache.getStats();
    const mend = await scene.breakStore();
    const stored = await cache.setStream('new', largePieces());
    const read = await cache.getStream('key');
    await mend();
    expectEqual('setStream()', stored, false);
    expectEqual('getStream()', read, undefined);
    const after = await cache.getStats();
    expectThat('two errors or more', after.errorCount - before.errorCount >= 2, after);
    expectEqual('missCount', after.missCount - before.missCount, 1);
    expectThat('the stream from before', (await streamed(cache, 'key')).equals(bytesOf(LARGE_BYTES)), 'others');
  },
  { needs: ['breakStore'] },
);

list.add(
  'told',
  'Listeners are told of a stream that was stored, and of one that was read or missed.',
  async (scene) => {
    const cache = await scene.open();
    if (!hasEvents(cache)) throw new TypeError('the check needs its gate');
    const told: unknown[] = [];
    for (const name of ['set', 'hit', 'miss', 'error'] as const) {
      cache.on(name, ({ key }) => told.push([name, key]));
    }
    await cache.setStream('key', largePieces());
    await cache.setStream('failing', failing()).catch(() => {});
    await streamed(cache, 'key');
    await cache.getStream('missing');
    expectEqual('what the listeners were told', told, [
      ['set', 'key'],
      ['hit', 'key'],
      ['miss', 'missing'],
    ]);
  },
  { needs: ['events'] },
);

function* failing(): Generator<Uint8Array> {
  yield bytesOf(10);
  throw new Error('no more');
}
