import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ManualClock } from '@glovebox/cache-core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { entryId } from '../../src/store/entry-id.js';
import { mountSmallDisk } from '../faults/small-disk.js';
import { eventually, openCache, temporaryDirectory } from '../support.js';
import { bytes, files, held, pieces } from './pieces.js';

const LARGE = 1_500_000;
const HOUR_S = 3_600;

/** As if nobody had touched the staging files for an hour. */
function ageStaging(root: string): void {
  const then = Date.now() / 1_000 - HOUR_S;
  for (const name of readdirSync(join(root, 'tmp'))) utimesSync(join(root, 'tmp', name), then, then);
}

describe.each([
  ['process', 'sync'],
  ['power', 'async'],
] as const)('what is staged (durability %s, io %s)', (durability, io) => {
  it('is gone after each ending, and the old value is there unless it was replaced', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root, durability, io, maxSizeBytes: 10 * LARGE });
    await cache.setStream('key', pieces(LARGE, 1));
    const old = files(root);
    expect(old.blobs).toHaveLength(1);

    async function* failing() {
      yield* pieces(LARGE);
      throw new Error('lost');
    }
    await expect(cache.setStream('key', failing())).rejects.toThrow('lost');
    expect(files(root)).toEqual(old);

    const abort = new AbortController();
    const source = held(pieces(LARGE));
    const storing = cache.setStream('key', source.source, { signal: abort.signal });
    await source.waiting;
    expect(files(root).tmp).toHaveLength(1);
    abort.abort(new Error('enough'));
    await expect(storing).rejects.toThrow('enough');
    expect(files(root)).toEqual(old);

    expect(await cache.setStream('key', pieces(11 * LARGE))).toBe(false);
    expect(files(root)).toEqual(old);
    expect(await cache.get('key')).toEqual(bytes(LARGE, 1));

    expect(await cache.setStream('key', pieces(LARGE, 2))).toBe(true);
    await eventually(() => files(root).blobs.length === 1, 'the removal of the blob that was replaced');
    expect(files(root).tmp).toEqual([]);
    expect(await cache.get('key')).toEqual(bytes(LARGE, 2));

    const last = held(pieces(LARGE));
    const interrupted = cache.setStream('key', last.source);
    interrupted.catch(() => {});
    await last.waiting;
    await cache.close();
    await expect(interrupted).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
    expect(files(root).tmp).toEqual([]);
    expect(files(root).blobs).toHaveLength(1);
  });
});

describe('a cleanup of another process', () => {
  it('removes what has expired under the key of a stream that is on its way, and leaves the stream', async () => {
    const root = temporaryDirectory();
    const clock = new ManualClock();
    const [writer, cleaner] = [openCache({ cacheRoot: root, clock }), openCache({ cacheRoot: root, clock })];
    await writer.set('key', 'old', { ttl: 1 });
    clock.advance(2_000);
    const source = held(pieces(LARGE));
    const storing = writer.setStream('key', source.source);
    await source.waiting;
    expect(await cleaner.cleanup()).toBe(1);
    expect(readdirSync(join(root, 'data')).filter((name) => name.startsWith(entryId('key')))).toEqual([]);
    source.end();
    expect(await storing).toBe(true);
    expect(await cleaner.get('key')).toEqual(bytes(LARGE));
  });

  it('leaves a stream alone whose source has had nothing to give for an hour', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const root = temporaryDirectory();
    const [writer, cleaner] = [openCache({ cacheRoot: root }), openCache({ cacheRoot: root })];
    const source = held(pieces(LARGE));
    const storing = writer.setStream('key', source.source);
    await source.waiting;
    ageStaging(root);
    vi.advanceTimersByTime(60_000);
    await cleaner.cleanup();
    source.end();
    expect(await storing).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    expect(await cleaner.get('key')).toEqual(bytes(LARGE));
  });

  it('takes the staging of a writer that was stopped for an hour, who then stores nothing', async () => {
    const root = temporaryDirectory();
    const [writer, cleaner] = [openCache({ cacheRoot: root }), openCache({ cacheRoot: root })];
    await writer.set('key', 'old');
    const source = held(pieces(LARGE));
    const storing = writer.setStream('key', source.source);
    await source.waiting;
    ageStaging(root);
    await cleaner.cleanup();
    expect(files(root).tmp).toEqual([]);
    source.end();
    expect(await storing).toBe(false);
    expect(await writer.get('key')).toBe('old');
    expect(files(root)).toEqual({ tmp: [], blobs: [] });
  });

  it('sweeps what a writer that was killed has left, of which nobody has seen anything', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('key', 'old');
    const program = fileURLToPath(new URL('./fixtures/endless-writer.ts', import.meta.url));
    const child = spawn(process.execPath, ['--no-warnings', program, root], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    expect(await cache.get('key')).toBe('old');
    child.kill('SIGKILL');
    await once(child, 'close');
    await cache.cleanup();
    expect(files(root).tmp).toHaveLength(1);
    ageStaging(root);
    await cache.cleanup();
    expect(files(root)).toEqual({ tmp: [], blobs: [] });
    expect(await cache.get('key')).toBe('old');
  });
});

it('a directory that is removed while a stream is on its way is made again, and the stream is not stored', async () => {
  const root = join(temporaryDirectory(), 'cache');
  const cache = openCache({ cacheRoot: root });
  const source = held(pieces(LARGE));
  const storing = cache.setStream('key', source.source);
  await source.waiting;
  rmSync(root, { recursive: true });
  source.end();
  expect(await storing).toBe(false);
  expect(await cache.setStream('key', pieces(LARGE))).toBe(true);
  expect(await cache.get('key')).toEqual(bytes(LARGE));
  expect(files(root).tmp).toEqual([]);
});

describe('on a disk that is full', () => {
  it('a stream is refused, the old value is intact, nothing is staged; it is stored when there is room', async (context) => {
    const root = join(mountSmallDisk(context, 'size=4m'), 'cache');
    const cache = openCache({ cacheRoot: root, evictionPolicy: 'ttl' });
    expect(await cache.setStream('key', pieces(LARGE, 1))).toBe(true);
    const old = files(root);
    for (let round = 0; round < 20; round++) expect(await cache.setStream('key', pieces(5_000_000))).toBe(false);
    expect(files(root)).toEqual(old);
    expect(await cache.get('key')).toEqual(bytes(LARGE, 1));
    expect(await cache.setStream('other', pieces(LARGE, 2))).toBe(true);
    expect(await cache.get('other')).toEqual(bytes(LARGE, 2));
  });

  it('a stream that there is room for makes others go', async (context) => {
    const root = join(mountSmallDisk(context, 'size=4m'), 'cache');
    const cache = openCache({ cacheRoot: root });
    for (const key of ['a', 'b', 'c', 'd', 'e']) expect(await cache.set(key, bytes(700_000))).toBe(true);
    expect(await cache.setStream('key', pieces(LARGE))).toBe(true);
    expect(await cache.get('key')).toEqual(bytes(LARGE));
    expect((await cache.getStats()).evictionCount).toBeGreaterThan(0);
  });
});
