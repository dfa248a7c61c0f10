import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES } from '../../src/store/blob-chunks.js';
import { entryId } from '../../src/store/entry-id.js';
import { eventually, openCache, temporaryDirectory } from '../support.js';
import { bytes, outcome, pieces, withValueText } from './pieces.js';

const LARGE = 1_500_000;

function blobOf(root: string): string {
  const folder = join(root, 'data', 'blobs');
  return join(folder, readdirSync(folder)[0] ?? '');
}

function changeByte(path: string, position: number): void {
  const before = readFileSync(path)[position] ?? 0;
  const file = openSync(path, 'r+');
  writeSync(file, Uint8Array.of(before ^ 1), 0, 1, position);
  closeSync(file);
}

describe('damage of a stream', () => {
  it('in any of its pieces ends the stream before that piece', async () => {
    for (let start = 0; start < LARGE; start += CHUNK_BYTES) {
      for (const position of [start, Math.min(start + CHUNK_BYTES, LARGE) - 1]) {
        const root = temporaryDirectory();
        const cache = openCache({ cacheRoot: root });
        await cache.setStream('key', pieces(LARGE));
        changeByte(blobOf(root), position);
        const { given, code } = await outcome(await cache.getStream('key'));
        expect(code).toBe('CACHE_CORRUPT_ENTRY');
        expect(given.equals(bytes(LARGE).subarray(0, start))).toBe(true);
        expect(await cache.cleanup()).toBe(1);
        expect(await cache.getStream('key')).toBeUndefined();
        expect(readdirSync(join(root, 'data', 'blobs'))).toEqual([]);
      }
    }
  });

  it('is found by get too, which has them whole or not at all', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.setStream('key', pieces(LARGE));
    expect(await cache.get('key')).toEqual(bytes(LARGE));
    changeByte(blobOf(root), LARGE - 1);
    expect(await cache.get('key')).toBeUndefined();
  });

  it('of bytes that were set ends the stream before the first of them', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('key', bytes(LARGE));
    expect((await outcome(await cache.getStream('key'))).given).toEqual(bytes(LARGE));
    changeByte(blobOf(root), LARGE - 1);
    expect(await outcome(await cache.getStream('key'))).toEqual({
      given: Buffer.alloc(0),
      code: 'CACHE_CORRUPT_ENTRY',
    });
  });

  it('that makes the file shorter, while it is read or before, is never an end', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.setStream('key', pieces(LARGE));
    const stream = await cache.getStream('key');
    truncateSync(blobOf(root), LARGE / 2);
    expect((await outcome(stream)).code).toBe('CACHE_CORRUPT_ENTRY');
    expect(await cache.getStream('key')).toBeUndefined();
  });

  it('of the checksums is a miss', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    for (const text of ['1', '{}', '{"chunkBytes":262144,"checksums":""}', '{"chunkBytes":-1,"checksums":"AAAA"}']) {
      await cache.setStream('key', pieces(LARGE));
      const path = join(root, 'data', `${entryId('key')}.json`);
      writeFileSync(path, withValueText(path, text));
      expect(await cache.getStream('key')).toBeUndefined();
    }
  });

  it('takes no process down that does not listen', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.setStream('key', pieces(LARGE));
    changeByte(blobOf(root), 0);
    const stream = await cache.getStream('key');
    stream?.resume();
    await new Promise((resolve) => stream?.once('close', resolve));
    expect(stream?.errored).toMatchObject({ code: 'CACHE_CORRUPT_ENTRY', key: 'key' });
  });
});

it('an entry whose blob is gone is a miss, and removed', async () => {
  const root = temporaryDirectory();
  const cache = openCache({ cacheRoot: root });
  await cache.setStream('key', pieces(LARGE));
  rmSync(blobOf(root));
  expect(await cache.getStream('key')).toBeUndefined();
  await eventually(() => readdirSync(join(root, 'data')).length === 1, 'the removal of the entry');
});

describe('descriptors', () => {
  const openFiles = () => readdirSync('/proc/self/fd').length;

  it('are closed with the stream: read to its end, destroyed, or failed', async (context) => {
    context.skip(process.platform !== 'linux', 'looks into /proc');
    const cache = openCache({ cacheRoot: temporaryDirectory() });
    await cache.setStream('key', pieces(LARGE));
    const first = await cache.getStream('key');
    const isClosed = new Promise<void>((resolve) => first?.once('close', () => resolve()));
    await outcome(first);
    await isClosed;
    const before = openFiles();
    for (let round = 0; round < 50; round++) {
      const [read, unread, begun] = [
        await cache.getStream('key'),
        await cache.getStream('key'),
        await cache.getStream('key'),
      ];
      if (read === undefined || unread === undefined || begun === undefined) throw new Error('no stream');
      const closed = [read, unread, begun].map((stream) => once(stream, 'close'));
      await outcome(read);
      unread.destroy();
      begun.read();
      begun.destroy();
      await Promise.all(closed);
    }
    await eventually(() => openFiles() <= before, 'no more open files than before');
  });

  it('of streams that are left lying are closed when those are collected', async (context) => {
    context.skip(process.platform !== 'linux', 'looks into /proc');
    const root = temporaryDirectory();
    await openCache({ cacheRoot: root }).setStream('key', pieces(LARGE));
    const program = fileURLToPath(new URL('./fixtures/left-behind.ts', import.meta.url));
    const output = execFileSync(process.execPath, ['--no-warnings', '--expose-gc', program, root], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(JSON.parse(output)).toEqual({ opened: 300, left: 0 });
  });
});

it('exists, getMetadata and delete do not read a large stream', async (context) => {
  context.skip(process.platform !== 'linux', 'looks into /proc');
  const bytesRead = () => Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
  const root = temporaryDirectory();
  const cache = openCache({ cacheRoot: root });
  const size = 20_000_000;
  await cache.setStream('key', pieces(size));
  const before = bytesRead();
  expect(await cache.exists('key')).toBe(true);
  expect(await cache.getMetadata('key')).toMatchObject({ sizeBytes: size });
  expect(await cache.delete('key')).toBe(true);
  expect(bytesRead() - before).toBeLessThan(size / 10);
});
