import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ManualClock } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../src/store/checksum.js';
import { fillBlocks, mountSmallDisk } from '../faults/small-disk.js';
import { openCache, temporaryDirectory } from '../support.js';
import type { InvalidatorJob, Step } from './fixtures/invalidator.js';

const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const PROCESS = fileURLToPath(new URL('./fixtures/invalidator.ts', import.meta.url));
const [PROCESSES, STEPS] = isFull ? [6, 20_000] : [3, 1_500];

async function run(job: InvalidatorJob): Promise<Step[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', PROCESS, JSON.stringify(job)], {
    maxBuffer: 2 ** 30,
  });
  return JSON.parse(stdout);
}

/** Reads of a value that was made before an invalidation that had ended when they began. */
function outlived(steps: readonly Step[]): Step[] {
  const madeAt = new Map(steps.filter((step) => step.madeAt > 0).map((step) => [step.value, step.madeAt]));
  const invalidations = steps.filter(({ kind }) => kind === 'invalidate');
  return steps.filter(({ kind, name, begunAt, value }) => {
    if (kind === 'set' || kind === 'invalidate' || value === 0) return false;
    const made = madeAt.get(value) ?? Number.POSITIVE_INFINITY;
    return invalidations.some((each) => each.name === name && made < each.begunAt && each.endedAt < begunAt);
  });
}

describe('invalidations of several processes, with the log written anew all the time', { timeout: 300_000 }, () => {
  it('let no process read what was made before', async () => {
    const cacheRoot = temporaryDirectory();
    const seeds = Array.from({ length: PROCESSES }, (_, index) => index + 1);
    const steps = (await Promise.all(seeds.map((seed) => run({ cacheRoot, steps: STEPS, seed })))).flat();
    const hits = steps.filter(({ kind, value }) => kind === 'read' && value !== 0);
    expect(outlived(steps)).toEqual([]);
    expect(hits.length).toBeGreaterThan(steps.length / 20);
    const [log = ''] = readdirSync(join(cacheRoot, 'tags'));
    expect(Number.parseInt(log, 10)).toBeGreaterThan(PROCESSES * 2);
  });
});

describe('an invalidation', () => {
  it('that a full disk takes no record of holds all the same', async (context) => {
    const disk = mountSmallDisk(context, 'size=600k');
    const root = join(disk, 'cache');
    const cache = openCache({ cacheRoot: root });
    const other = openCache({ cacheRoot: root });
    const errors: string[] = [];
    cache.on('error', ({ operation }) => errors.push(operation));
    await cache.set('tagged', 1, { tags: ['x'] });
    await cache.set('untagged', 2);
    // Longer than what is left of the log's block.
    const tag = 'x'.repeat(20_000);
    let end = (): void => {};
    const mayEnd = new Promise<void>((resolve) => {
      end = resolve;
    });
    let computed: Promise<string> | undefined;
    await new Promise<void>((resolve) => {
      const compute = async () => {
        resolve();
        await mayEnd;
        return 'old';
      };
      computed = other.getOrSet('computed', compute, { tags: [tag] });
    });
    const emptyDisk = fillBlocks(disk, 0);
    expect(await cache.invalidateTags([tag])).toBe(true);
    expect(errors).toContain('invalidateTags');
    expect(await other.get('tagged')).toBeUndefined();
    expect(await other.get('untagged')).toBe(2);
    emptyDisk();
    end();
    expect(await computed).toBe('old');
    expect(await cache.get('computed')).toBeUndefined();
    expect(await cache.set('tagged', 3, { tags: ['x'] })).toBe(true);
    expect(await other.get('tagged')).toBe(3);
  });

  it('holds for what was written before the log was lost, and that is forgotten', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('a', 1, { tags: ['x'] });
    await cache.set('b', 2, { tags: ['y'] });
    await cache.set('c', 3);
    await cache.invalidateTags(['x']);
    rmSync(join(root, 'tags'), { recursive: true });
    expect(await cache.getMany(['a', 'b', 'c'])).toEqual(new Map([['c', 3]]));
    expect(await cache.set('b', 4, { tags: ['y'] })).toBe(true);
    expect(await openCache({ cacheRoot: root }).getMany(['a', 'b', 'c'])).toEqual(
      new Map([
        ['b', 4],
        ['c', 3],
      ]),
    );
  });

  it('leaves entries to the next cleanup, which frees their room and counts no expiry', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    for (const key of ['a', 'b', 'c']) await cache.set(key, 'x'.repeat(100_000), { tags: [key] });
    await cache.invalidateTags(['a', 'b']);
    expect((await cache.getStats()).totalEntries).toBe(3);
    expect(await cache.cleanup()).toBe(2);
    expect(readdirSync(join(root, 'data', 'blobs'))).toHaveLength(1);
    const { totalEntries, totalSizeBytes, expiredCount, evictionCount } = await cache.getStats();
    expect([totalEntries, totalSizeBytes, expiredCount, evictionCount]).toEqual([1, 100_002, 0, 0]);
  });

  it('finds no mark in tagged entries of older versions, which are misses', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('a', 1, { tags: ['x'] });
    await cache.close();
    const [file = ''] = readdirSync(join(root, 'data')).filter((name) => name.endsWith('.json'));
    const path = join(root, 'data', file);
    const { entry, value } = JSON.parse(readFileSync(path, 'utf8'));
    const { tagMark, checksum: _, ...fields } = entry;
    expect(tagMark).toMatch(/^[0-9a-f]{16}:\d+$/);
    const text = `{"entry":${JSON.stringify(fields).slice(0, -1)}`;
    const checksum = crc32(JSON.stringify(value), crc32(text)).toString(16).padStart(8, '0');
    writeFileSync(path, `${text},"checksum":"${checksum}"},\n"value":${JSON.stringify(value)}}\n`);
    const next = openCache({ cacheRoot: root });
    expect(await next.get('a')).toBeUndefined();
    expect((await next.getStats()).errorCount).toBe(0);
  });

  it('reaches what is served from memory', async (context) => {
    context.skip(process.platform !== 'linux', 'entries are kept in memory on Linux only');
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('hot', 1, { tags: ['x'] });
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    for (let read = 0; read < 4; read++) expect(await cache.get('hot')).toBe(1);
    await openCache({ cacheRoot: root }).invalidateTags(['x']);
    expect(await cache.get('hot')).toBeUndefined();
  });

  it('costs a store without tags no file', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('a', 1);
    await cache.get('a');
    await cache.delete('a');
    expect(existsSync(join(root, 'tags'))).toBe(false);
  });
});

describe('a sliding entry', () => {
  const SLIDING = { ttl: 100, sliding: true } as const;

  it('is extended beside its file, at most every tenth of its ttl', async () => {
    const root = temporaryDirectory();
    const clock = new ManualClock();
    const cache = openCache({ cacheRoot: root, clock });
    await cache.set('a', 1, SLIDING);
    const expiries = () => readdirSync(join(root, 'metadata')).filter((name) => name.endsWith('.expiry'));
    clock.advance(9_000);
    await cache.get('a');
    expect(expiries()).toEqual([]);
    clock.advance(1_000);
    await cache.get('a');
    expect(expiries()).toHaveLength(1);
    expect((await cache.getMetadata('a'))?.expiresAt).toBe(clock.now() + 100_000);
    await cache.delete('a');
    expect(expiries()).toEqual([]);
  });

  it('that was extended extends no entry that takes its place, whoever writes that', async () => {
    const root = temporaryDirectory();
    const clock = new ManualClock();
    const [cache, other] = [openCache({ cacheRoot: root, clock }), openCache({ cacheRoot: root, clock })];
    await cache.set('a', 1, SLIDING);
    clock.advance(50_000);
    expect(await cache.get('a')).toBe(1);
    await other.set('a', 2, SLIDING);
    expect((await cache.getMetadata('a'))?.expiresAt).toBe(clock.now() + 100_000);
    clock.advance(100_000);
    expect(await cache.get('a')).toBeUndefined();
  });

  it('whose extension is damaged, or dated by a wrong clock, expires as if nobody had read it', async () => {
    const root = temporaryDirectory();
    const clock = new ManualClock();
    const cache = openCache({ cacheRoot: root, clock });
    await cache.set('a', 1, SLIDING);
    clock.advance(50_000);
    await cache.get('a');
    const [name = ''] = readdirSync(join(root, 'metadata')).filter((each) => each.endsWith('.expiry'));
    const path = join(root, 'metadata', name);
    const text = readFileSync(path, 'utf8');
    const plain = clock.now() + 50_000;
    for (let bit = 0; bit < (text.length - 1) * 8; bit++) {
      const bytes = Buffer.from(text);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      writeFileSync(path, bytes);
      expect((await cache.getMetadata('a'))?.expiresAt, `bit ${bit}`).toBe(plain);
    }
    const { length } = text;
    const [generation] = JSON.parse(text.slice(9, length));
    const future = JSON.stringify([generation, clock.now() + 10 * 86_400_000]);
    writeFileSync(path, `${crc32(future).toString(16).padStart(8, '0')} ${future}\n`);
    expect((await cache.getMetadata('a'))?.expiresAt).toBe(plain);
  });

  it('stays within limits: what others have extended is evicted like any other', async () => {
    const root = temporaryDirectory();
    const clock = new ManualClock();
    const [cache, other] = [
      openCache({ cacheRoot: root, clock, maxEntries: 10 }),
      openCache({ cacheRoot: root, clock }),
    ];
    for (let index = 0; index < 10; index++) await cache.set(`k${index}`, index, SLIDING);
    clock.advance(50_000);
    for (let index = 0; index < 10; index++) expect(await other.get(`k${index}`)).toBe(index);
    clock.advance(60_000);
    for (let index = 0; index < 20; index++) await cache.set(`n${index}`, index);
    expect((await cache.getStats()).totalEntries).toBeLessThanOrEqual(10);
    expect((await cache.getStats()).expiredCount).toBe(0);
  });
});
