import type { CacheManager } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { type Damage, flippedBits, type Parts, plainDamages } from '../damage/damages.js';
import { expectEqual, expectThat, UnmetExpectation } from '../expect.js';
import type { Scene } from '../scene.js';
import { show } from '../show.js';
import { bytesOf, inPieces, openStream, readAll, streamed } from './stream-helpers.js';

const LARGE_BYTES = 1_500_000;
/** Bits between two that are flipped in a large value. */
const LARGE_STRIDE = 1_048_583;

const list = new CheckList('streams', [], { sizeBytes: 64 << 20 });
export const streamReadChecks = list.checks;

list.add('of-set-bytes', 'getStream gives the bytes of a Buffer or Uint8Array that was set.', async (scene) => {
  const cache = await scene.open();
  for (const length of [0, 1, 100_000, 3_000_000]) {
    const bytes = bytesOf(length);
    for (const value of [bytes, new Uint8Array(bytes)]) {
      await cache.set('key', value);
      const given = await streamed(cache, 'key');
      expectThat(`the ${length} bytes that were set`, given.equals(bytes), given);
    }
  }
});

list.add(
  'goes-on',
  'A stream that was opened gives the bytes it was opened for, though the entry is replaced, deleted or cleared.',
  async (scene) => {
    const cache = await scene.open();
    const changes: Readonly<Record<string, () => Promise<unknown>>> = {
      'a setStream': () => cache.setStream('key', inPieces(bytesOf(LARGE_BYTES, 2), 100_000)),
      'a set': () => cache.set('key', 'new'),
      'a delete': () => cache.delete('key'),
      'a clear': () => cache.clear(),
      'its expiry and a cleanup': async () => {
        await scene.advance(3_600_000);
        await cache.cleanup();
      },
    };
    for (const [what, change] of Object.entries(changes)) {
      await cache.setStream('key', inPieces(bytesOf(LARGE_BYTES), 100_000), { ttl: '1h' });
      const unread = await openStream(cache, 'key');
      const begun = await openStream(cache, 'key');
      const iterator = begun[Symbol.asyncIterator]();
      const first: unknown = (await iterator.next()).value;
      await change();
      const rest = await readAll({ [Symbol.asyncIterator]: () => iterator });
      if (!(first instanceof Uint8Array)) throw new UnmetExpectation('a piece of bytes', show(first));
      const given = Buffer.concat([first, rest]);
      expectThat(`the bytes from before ${what}`, given.equals(bytesOf(LARGE_BYTES)), given);
      const late = await readAll(unread);
      expectThat(`the bytes from before ${what}, first read after it`, late.equals(bytesOf(LARGE_BYTES)), late);
    }
  },
);

list.add('given-up', 'Streams that are not read to their end hinder nothing, and can be destroyed.', async (scene) => {
  const cache = await scene.open();
  await cache.setStream('key', inPieces(bytesOf(LARGE_BYTES), 100_000));
  for (let round = 0; round < 5; round++) {
    (await openStream(cache, 'key')).destroy();
    for await (const piece of await openStream(cache, 'key')) if (piece.length > 0) break;
    await openStream(cache, 'key');
  }
  const failed = await openStream(cache, 'key');
  failed.destroy(new Error('the reader failed'));
  expectEqual('delete()', await cache.delete('key'), true);
  expectEqual('setStream()', await cache.setStream('key', [bytesOf(3)]), true);
  expectThat('the new bytes', (await streamed(cache, 'key')).equals(bytesOf(3)), 'others');
});

list.add(
  'own-bytes',
  'What the reader does to the pieces of a stream changes nothing in the cache.',
  async (scene) => {
    const cache = await scene.open();
    for (const length of [1_000, LARGE_BYTES]) {
      await cache.setStream('key', [bytesOf(length)]);
      for await (const piece of await openStream(cache, 'key')) piece.fill(0);
      const given = await streamed(cache, 'key');
      expectThat('the bytes that were stored', given.equals(bytesOf(length)), given);
    }
  },
  { needs: ['copies'] },
);

list.add('namespaces', 'Streams of a namespace are its own.', async (scene) => {
  const cache = await scene.open();
  const part = cache.namespace('part');
  await cache.setStream('key', [bytesOf(10, 1)]);
  await part.setStream('key', [bytesOf(10, 2)]);
  expectEqual("getStream('key') of the cache", await streamed(cache, 'key'), bytesOf(10, 1));
  expectEqual("getStream('key') of the namespace", await streamed(part, 'key'), bytesOf(10, 2));
  await part.clear();
  expectEqual("getStream('key') of the namespace, cleared", await part.getStream('key'), undefined);
  expectEqual("getStream('key') of the cache", await streamed(cache, 'key'), bytesOf(10, 1));
});

list.add(
  'reopened',
  'A stream that was stored is there, whole, for the next instance.',
  async (scene) => {
    const bytes = bytesOf(LARGE_BYTES);
    const cache = await scene.open();
    await cache.setStream('key', inPieces(bytes, 100_000), { tags: ['kept'] });
    await cache.close();
    const next = await scene.open();
    const given = await streamed(next, 'key');
    expectThat('the bytes that were stored', given.equals(bytes), given);
    const value = await next.get('key');
    expectThat('the same from get', Buffer.isBuffer(value) && value.equals(bytes), value);
    expectEqual('tags', (await next.getMetadata('key'))?.tags, ['kept']);
  },
  { needs: ['persistent'] },
);

for (const [name, what, length, stride] of [
  ['damage', 'few bytes', 40, 13],
  ['damage-of-many', 'many bytes', LARGE_BYTES, LARGE_STRIDE],
] as const) {
  list.add(
    name,
    `A damaged stream of ${what} is a miss, or fails with CACHE_CORRUPT_ENTRY, and gives no damaged byte before that.`,
    async (scene) => {
      const bytes = bytesOf(length);
      const writer = await scene.open();
      await writer.setStream('key', inPieces(bytes, 100_000));
      const stored = scene.storedBytes('key');
      const parts = await stored.parts();
      await writer.close();
      const reader = await scene.open();
      for (const damage of allDamages(parts, scene, stride)) {
        await stored.apply(damage);
        await expectNothingWrong(reader, bytes, damage);
        await stored.restore(parts);
      }
    },
    { needs: ['corrupt'] },
  );
}

list.add(
  'damage-removed',
  'A stream that a reader found damaged is gone after the next cleanup.',
  async (scene) => {
    const cache = await scene.open();
    await cache.setStream('key', inPieces(bytesOf(LARGE_BYTES), 100_000));
    const stored = scene.storedBytes('key');
    const parts = await stored.parts();
    const largest = parts.reduce((a, b) => (a.byteLength > b.byteLength ? a : b));
    const changed = new Uint8Array(largest);
    changed.fill(~(changed[changed.length - 1] ?? 0), -1);
    const damaged = parts.map((part) => (part === largest ? changed : part));
    await stored.apply({ what: 'the last byte of the largest part is changed', parts: damaged });
    await cache.getStream('key').then((stream) => stream && readAll(stream).catch(() => {}));
    await cache.cleanup();
    expectEqual('the parts that are left of the damaged entry', (await stored.read()).length, 0);
    expectEqual("getStream('key')", await cache.getStream('key'), undefined);
  },
  { needs: ['corrupt'] },
);

function* allDamages(parts: Parts, scene: Scene, stride: number): Generator<Damage> {
  yield* plainDamages(parts, scene.random);
  yield* flippedBits(parts, stride);
  for (const [index, part] of parts.entries()) {
    const cut = part.slice(0, -1);
    yield { what: 'cut by a byte', parts: parts.map((other, at) => (at === index ? cut : other)) };
    yield { what: 'gone', parts: parts.map((other, at) => (at === index ? undefined : other)) };
  }
}

async function expectNothingWrong(cache: CacheManager, bytes: Buffer, { what }: Damage): Promise<void> {
  const stream = await cache.getStream('key');
  let given = Buffer.alloc(0);
  let failure: unknown;
  try {
    for await (const piece of stream ?? []) given = Buffer.concat([given, piece]);
  } catch (error) {
    failure = error;
  }
  const isRight = bytes.subarray(0, given.byteLength).equals(given);
  expectThat(`no byte but those that were stored, with the stored bytes damaged (${what})`, isRight, given);
  if (stream === undefined || (failure === undefined && given.byteLength === bytes.byteLength)) return;
  const code = failure instanceof Error && 'code' in failure ? failure.code : failure;
  expectEqual(`the code of what the stream fails with (${what})`, code, 'CACHE_CORRUPT_ENTRY');
}
