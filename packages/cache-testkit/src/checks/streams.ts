import { Readable } from 'node:stream';
import { CheckList } from '../check.js';
import { expectEqual, expectRejection, expectThat, UnmetExpectation } from '../expect.js';
import { deferred, metadataOf, openEvicting } from './helpers.js';
import { bytesOf, HeldSource, inPieces, streamed } from './stream-helpers.js';

/** Above what a backend is likely to take as one piece. */
const LARGE_BYTES = 1_500_000;
const ROOM = { sizeBytes: 64 << 20 };

const list = new CheckList('streams', [], ROOM);
export const streamChecks = list.checks;

for (const [name, what, lengths] of [
  ['small', 'few bytes, or none', [0, 1, 2, 1_000]],
  ['kilobytes', 'some kilobytes', [8_192, 65_535, 65_536, 65_537, 262_144]],
  ['megabytes', 'some megabytes', [1_048_576, 1_048_577, 3_333_333]],
] as const) {
  list.add(name, `getStream gives what setStream was given, whatever its pieces: ${what}.`, async (scene) => {
    const cache = await scene.open();
    for (const length of lengths) {
      const bytes = bytesOf(length);
      for (const pieces of [[length], [1, 70_000, 13], [16_384]]) {
        const source = inPieces(bytes, ...pieces);
        expectEqual(`setStream() of ${length} bytes`, await cache.setStream('key', source), true);
        const given = await streamed(cache, 'key');
        expectThat(`the ${length} bytes that were stored`, given.equals(bytes), given);
      }
    }
  });
}

list.add('get', 'get gives the bytes of a stream, as a Buffer.', async (scene) => {
  const cache = await scene.open();
  for (const length of [0, 5, 100_000, LARGE_BYTES]) {
    const bytes = bytesOf(length);
    await cache.setStream('key', inPieces(bytes, 10_000));
    const value = await cache.get('key');
    expectThat('a Buffer', Buffer.isBuffer(value), value);
    expectThat(`the ${length} bytes that were stored`, Buffer.isBuffer(value) && value.equals(bytes), value);
  }
});

list.add(
  'sources',
  'setStream takes what comes piece by piece: Node and web streams, generators of both kinds, arrays.',
  async (scene) => {
    const cache = await scene.open();
    const bytes = bytesOf(100_000);
    const pieces = [...inPieces(bytes, 30_000)];
    async function* generated() {
      yield* pieces;
    }
    const sources = {
      'a Readable': Readable.from(pieces),
      'a web stream': new Response(bytes).body ?? [],
      'an async generator': generated(),
      'a generator': inPieces(bytes, 30_000),
      'an array': pieces,
      'an array of Uint8Array': pieces.map((piece) => new Uint8Array(piece)),
    };
    for (const [what, source] of Object.entries(sources)) {
      expectEqual(`setStream() of ${what}`, await cache.setStream(what, source), true);
      const given = await streamed(cache, what);
      expectThat(`the bytes of ${what}`, given.equals(bytes), given);
    }
  },
);

list.add('used-again', 'A source may use its buffer again for the next piece.', async (scene) => {
  const cache = await scene.open();
  const bytes = bytesOf(50_000);
  function* source() {
    const buffer = Buffer.alloc(1_000);
    for (const piece of inPieces(bytes, buffer.byteLength)) {
      buffer.set(piece);
      yield buffer;
    }
    buffer.fill(0);
  }
  await cache.setStream('key', source());
  const given = await streamed(cache, 'key');
  expectThat('the bytes as they were when they were given', given.equals(bytes), given);
});

list.add('one-at-a-time', 'A source is asked for a piece when it has given the one before.', async (scene) => {
  const cache = await scene.open();
  const pieces = [...inPieces(bytesOf(40_000), 10_000)];
  let asked = 0;
  let isBusy = false;
  const source: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        if (isBusy) throw new UnmetExpectation('one call of next() at a time', 'a call during the one before');
        isBusy = true;
        await scene.eventually('a turn', async () => true);
        isBusy = false;
        const value = pieces[asked++];
        return value === undefined ? { done: true, value } : { done: false, value };
      },
    }),
  };
  expectEqual('setStream()', await cache.setStream('key', source), true);
  expectEqual('calls of next()', asked, pieces.length + 1);
});

list.add(
  'not-before-its-end',
  'Until its source has ended a stream is not seen, and the old value is.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('old', 'the old value');
    for (const key of ['old', 'new']) {
      const before = await cache.get(key);
      const source = new HeldSource(...inPieces(bytesOf(LARGE_BYTES), 300_000));
      const storing = cache.setStream(key, source);
      await source.isWaiting;
      expectEqual(`get('${key}') in the middle of a setStream`, await cache.get(key), before);
      expectEqual(`exists('${key}')`, await cache.exists(key), before !== undefined);
      source.end();
      expectEqual('setStream()', await storing, true);
      expectThat('the new value', (await streamed(cache, key)).equals(bytesOf(LARGE_BYTES)), await cache.get(key));
    }
  },
);

list.add(
  'metadata',
  'Metadata of a stream: its size is that of the same bytes when set, its tags are kept, it is dated when it was whole.',
  async (scene) => {
    const cache = await scene.open();
    const bytes = bytesOf(LARGE_BYTES);
    await cache.set('set', bytes);
    const source = new HeldSource(...inPieces(bytes, 100_000));
    const storing = cache.setStream('key', source, { ttl: '1h', tags: ['firmware'] });
    await source.isWaiting;
    await scene.advance(5_000);
    source.end();
    await storing;
    const { createdAt, ttlSeconds, expiresAt, tags, sizeBytes } = await metadataOf(cache, 'key');
    expectEqual('sizeBytes', sizeBytes, (await metadataOf(cache, 'set')).sizeBytes);
    expectEqual('tags', tags, ['firmware']);
    expectEqual('createdAt', createdAt, scene.now());
    expectEqual('ttlSeconds and expiresAt', [ttlSeconds, expiresAt], [3_600, scene.now() + 3_600_000]);
  },
  { needs: ['exactClock'] },
);

list.add(
  'ttl',
  'A stream expires when its ttl is over, or the default one: then getStream is undefined.',
  async (scene) => {
    const cache = await scene.open({ defaultTtl: '20s' });
    await cache.setStream('own', [bytesOf(10)], { ttl: '10s' });
    await cache.setStream('default', [bytesOf(10)]);
    await scene.advance(11_000);
    expectEqual("getStream('own')", await cache.getStream('own'), undefined);
    expectThat("the bytes of 'default'", (await streamed(cache, 'default')).equals(bytesOf(10)), 'others');
    await scene.advance(11_000);
    expectEqual("getStream('default')", await cache.getStream('default'), undefined);
  },
);

list.add('counted', 'A setStream counts as a set, a getStream as a hit or a miss.', async (scene) => {
  const cache = await scene.open();
  const before = await cache.getStats();
  await cache.setStream('key', inPieces(bytesOf(LARGE_BYTES), 100_000));
  await streamed(cache, 'key');
  await cache.getStream('missing');
  const { setCount, hitCount, missCount, errorCount, totalEntries } = await cache.getStats();
  expectEqual('setCount', setCount - before.setCount, 1);
  expectEqual('hitCount', hitCount - before.hitCount, 1);
  expectEqual('missCount', missCount - before.missCount, 1);
  expectEqual('errorCount', errorCount - before.errorCount, 0);
  expectEqual('totalEntries', totalEntries, 1);
  expectEqual('accessCount', (await metadataOf(cache, 'key')).accessCount, 1);
});

list.add(
  'completed-last',
  'Of streams, sets and deletes of one key at once the one that ends last counts.',
  async (scene) => {
    const cache = await scene.open();
    const slow = new HeldSource(...inPieces(bytesOf(LARGE_BYTES, 1), 400_000));
    const quick = new HeldSource(...inPieces(bytesOf(LARGE_BYTES, 2), 400_000));
    const storingSlow = cache.setStream('key', slow);
    const storingQuick = cache.setStream('key', quick);
    await Promise.all([slow.isWaiting, quick.isWaiting]);
    quick.end();
    await storingQuick;
    expectThat(
      'the stream that ended first',
      (await streamed(cache, 'key')).equals(bytesOf(LARGE_BYTES, 2)),
      'another',
    );
    await cache.set('key', 'set meanwhile');
    expectEqual("get('key')", await cache.get('key'), 'set meanwhile');
    await cache.delete('key');
    expectEqual("exists('key')", await cache.exists('key'), false);
    slow.end();
    await storingSlow;
    expectThat('the stream that ended last', (await streamed(cache, 'key')).equals(bytesOf(LARGE_BYTES, 1)), 'another');
  },
);

list.add(
  'outdates-flights',
  'A stream that is stored while a factory runs is not undone by its result.',
  async (scene) => {
    const cache = await scene.open();
    const gate = deferred<string>();
    const source = new HeldSource(bytesOf(10));
    const storing = cache.setStream('key', source);
    let isRunning = false;
    const computing = cache.getOrSet('key', () => {
      isRunning = true;
      return gate.promise;
    });
    await scene.eventually('the factory to run', async () => isRunning);
    source.end();
    await storing;
    gate.resolve('older');
    await computing;
    expectEqual("get('key')", await cache.get('key'), bytesOf(10));
  },
);

list.add(
  'larger-than-the-cache',
  'A stream that grows beyond maxSizeBytes is false at once, and neither replaces nor evicts anything.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxSizeBytes: 1_000_000 });
    await cache.set('key', 'old');
    await cache.set('other', bytesOf(500_000));
    let isAbandoned = false;
    function* endless() {
      try {
        for (;;) yield bytesOf(50_000);
      } finally {
        isAbandoned = true;
      }
    }
    expectEqual('setStream() without end', await cache.setStream('key', endless()), false);
    expectThat('a source that was told to stop', isAbandoned, isAbandoned);
    expectEqual("get('key')", await cache.get('key'), 'old');
    expectEqual("exists('other')", await cache.exists('other'), true);
    expectEqual('evictionCount', (await cache.getStats()).evictionCount, 0);
  },
  { needs: ['byteLimit', 'evicts'] },
);

list.add(
  'evicts',
  'A stream that is stored makes others go, as a set does, once it is whole.',
  async (scene) => {
    const cache = await openEvicting(scene, { maxSizeBytes: 1_000_000 });
    for (const key of ['a', 'b', 'c']) await cache.set(key, bytesOf(250_000));
    const source = new HeldSource(...inPieces(bytesOf(600_000), 100_000));
    const storing = cache.setStream('key', source);
    await source.isWaiting;
    expectEqual('evictionCount in the middle', (await cache.getStats()).evictionCount, 0);
    source.end();
    expectEqual('setStream()', await storing, true);
    const { totalSizeBytes } = await cache.getStats();
    expectThat('totalSizeBytes within the limit', totalSizeBytes <= 1_000_000, totalSizeBytes);
    expectThat('the bytes', (await streamed(cache, 'key')).equals(bytesOf(600_000)), 'others');
  },
  { needs: ['byteLimit', 'evicts'] },
);

list.add('options', 'setStream refuses what set refuses, and leaves the source alone.', async (scene) => {
  const cache = await scene.open();
  const sources: HeldSource[] = [];
  const source = () => {
    const made = new HeldSource(bytesOf(1));
    made.end();
    sources.push(made);
    return made;
  };
  await expectRejection("setStream('')", 'CACHE_INVALID_KEY', () => cache.setStream('', source()));
  await expectRejection('a ttl of 0', 'CACHE_INVALID_TTL', () => cache.setStream('key', source(), { ttl: 0 }));
  const misspelt: object = { tll: 5 };
  await expectRejection('a misspelt option', 'CACHE_INVALID_CONFIG', () => cache.setStream('key', source(), misspelt));
  await expectRejection("getStream('')", 'CACHE_INVALID_KEY', () => cache.getStream(''));
  expectEqual("exists('key')", await cache.exists('key'), false);
  expectEqual(
    'sources that were told to stop',
    sources.filter(({ isAbandoned }) => isAbandoned),
    [],
  );
});
