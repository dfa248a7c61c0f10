import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFilesystemCache } from '../src/index.js';
import { injectFault } from './faults/inject-fault.js';
import { openCache, temporaryDirectory } from './support.js';

const openFiles = () => readdirSync('/proc/self/fd').length;

describe('close', () => {
  it('in the middle of everything lets what was begun end, and rejects nothing but what comes after', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('before', 1);
    const sets = Array.from({ length: 20 }, (_, index) => cache.set(`blob${index}`, Buffer.alloc(100_000, index)));
    const others = [cache.cleanup(), cache.getStats(), cache.exists('before'), cache.delete('before')];
    let compute = (_value: string) => {};
    const computing = cache.getOrSet(
      'computed',
      () =>
        new Promise<string>((resolve) => {
          compute = resolve;
        }),
    );
    const waiting = openCache({ cacheRoot: root }).getOrSet('other', () => 'value');
    const closing = cache.close();
    await expect(cache.set('after', 1)).rejects.toMatchObject({ code: 'CACHE_CLOSED' });
    const stored = await Promise.all(sets);
    await Promise.all(others);
    await closing;
    compute('value');
    expect(await computing).toBe('value');
    expect(await waiting).toBe('value');
    const later = openCache({ cacheRoot: root });
    for (const [index, isStored] of stored.entries()) {
      expect(isStored).toBe(true);
      expect(await later.get(`blob${index}`)).toEqual(Buffer.alloc(100_000, index));
    }
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  });

  it('removes the folder of an isolated cache also if nothing could be flushed before', async () => {
    const root = temporaryDirectory();
    const cache = createFilesystemCache({ cacheRoot: root, processIsolated: true });
    await cache.set('k', 1);
    await cache.get('k');
    expect(existsSync(cache.directory)).toBe(true);
    const fault = injectFault({
      call: { sync: 'openSync' },
      code: 'EIO',
      path: join(cache.directory, 'metadata'),
      times: 1_000,
    });
    await cache.close();
    expect(fault.failed).toBeGreaterThan(0);
    expect(existsSync(cache.directory)).toBe(false);
  });

  it.for([
    ['written', 'openSync', 'metadata'],
    ['locked', 'mkdirSync', 'locks'],
  ] as const)('leaves no file open, also if nothing could be %s', async ([, sync, folder], context) => {
    context.skip(!existsSync('/proc/self/fd'), 'there is no /proc');
    const root = temporaryDirectory();
    const use = async () => {
      const cache = createFilesystemCache({ cacheRoot: root });
      await cache.set('k', 1);
      await cache.get('k');
      const fault = injectFault({ call: { sync }, code: 'EIO', path: join(root, folder), times: 1_000 });
      await cache.close();
      fault.end();
      expect(fault.failed).toBeGreaterThan(0);
    };
    await use();
    const before = openFiles();
    for (let round = 0; round < 20; round++) await use();
    expect(openFiles()).toBeLessThanOrEqual(before);
  });

  it('of a cache whose directory was taken away, or replaced by a file, does not reject', async () => {
    for (const replace of [
      () => {},
      (root: string) => writeFileSync(root, ''),
      (root: string) => mkdirSync(root, 0o777),
    ]) {
      const root = join(temporaryDirectory(), 'cache');
      const cache = createFilesystemCache({ cacheRoot: root });
      await cache.set('k', 1);
      rmSync(root, { recursive: true });
      replace(root);
      await expect(cache.close()).resolves.toBeUndefined();
    }
  });
});
