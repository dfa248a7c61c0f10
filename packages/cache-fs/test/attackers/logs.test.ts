import { execFileSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FilesystemCache } from '../../src/index.js';
import { ALL_CALLS, type FaultPlan, injectFault } from '../faults/inject-fault.js';
import { openCache, temporaryDirectory } from '../support.js';
import { hasControlCodes } from './control-codes.js';
import { hostileKeys } from './hostile-keys.js';

/** What every value here holds, and nothing else may show. */
const CANARY = 'canary-5f1c';
const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const CODES: readonly FaultPlan['code'][] = isFull ? ['EIO', 'ENOSPC', 'EACCES', 'EMFILE'] : ['EIO'];
const DAMAGES = isFull ? 200 : 16;
const OPERATIONS = ['get', 'lookup', 'set', 'exists', 'delete', 'clear', 'keys', 'getOrSet', 'getMetadata', 'getStats'];

/** A cache, and all that it says: log lines, events, messages on channels, and errors as a program would print them. */
function listen(options: Parameters<typeof openCache>[0]): { cache: FilesystemCache; said: string[]; lines: string[] } {
  const said: string[] = [];
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const cache = openCache({ ...options, logger: { warn: log, error: log } });
  const note = (message: unknown) => void said.push(inspect(message, { depth: 9 }));
  for (const event of ['error', 'hit', 'miss', 'set', 'delete', 'evict', 'expire'] as const) cache.on(event, note);
  for (const operation of OPERATIONS) {
    const channel = `glovebox:cache:${operation}`;
    subscribe(channel, note);
    onTestFinished(() => void unsubscribe(channel, note));
  }
  return { cache, said, lines };
}

const small = { text: CANARY, list: [new Map([[CANARY, new Date(1)]])] };
const large = Buffer.from(CANARY.repeat(10_000));

/** A bit of everything; what rejects is printed. */
async function useAll(cache: FilesystemCache, key: string, said: string[]): Promise<void> {
  const attempts = [
    () => cache.set(key, small, { tags: ['tag'] }),
    () => cache.set(`${key}-large`, large),
    () => cache.get(key),
    () => cache.get(`${key}-large`),
    () => cache.getOrSet(key, () => small),
    () => cache.set(key, { ...small, method: () => CANARY }),
    () => cache.set(key, Object.assign(Object.create({ inherited: CANARY }), small)),
    () => cache.set(key, CANARY, { ttl: -1 }),
    () => cache.getMetadata(key),
    () => cache.cleanup(),
    () => cache.delete(key),
    () => cache.clear(),
  ];
  for (const attempt of attempts) {
    await attempt().catch((error: unknown) => said.push(inspect(error, { depth: 9 })));
  }
}

describe('messages, logs, events and channels', () => {
  it('never hold a cached value, whatever call fails', async () => {
    const everything: string[] = [];
    let failed = 0;
    for (const call of ALL_CALLS) {
      for (const code of CODES) {
        const root = temporaryDirectory();
        const { cache, said, lines } = listen({ cacheRoot: root, maxSizeBytes: 1_000_000, lockTimeoutMs: 50 });
        await cache.set('key', small);
        await cache.set('key-large', large);
        const fault = injectFault({ call, code, path: root, times: 1_000 });
        await useAll(cache, 'key', said);
        fault.end();
        await cache.close();
        failed += fault.failed;
        everything.push(...said, ...lines);
      }
    }
    expect(failed).toBeGreaterThan(50);
    expect(everything.length).toBeGreaterThan(250);
    expect(everything.filter((text) => text.includes(CANARY))).toEqual([]);
  });

  it('never hold what a damaged file holds', async () => {
    const root = temporaryDirectory();
    const { cache, said, lines } = listen({ cacheRoot: root });
    for (let damage = 0; damage < DAMAGES; damage++) {
      const key = `key${damage}`;
      await cache.set(key, damage % 2 === 0 ? small : large);
      const [folder, name = ''] =
        damage % 2 === 0
          ? ['data', readdirSync(join(root, 'data')).find((file) => file.endsWith('.json'))]
          : ['data/blobs', readdirSync(join(root, 'data/blobs'))[0]];
      const path = join(root, folder, name);
      const bytes = readFileSync(path);
      const cut = bytes.subarray(0, Math.floor((bytes.length * damage) / DAMAGES));
      writeFileSync(path, damage % 3 === 0 ? cut : Buffer.concat([cut, Buffer.from(`"${CANARY}`)]));
      expect(await cache.get(key)).toBeUndefined();
      await cache.cleanup();
    }
    await cache.close();
    expect(said.length + lines.length).toBeGreaterThan(DAMAGES);
    expect([...said, ...lines].filter((text) => text.includes(CANARY))).toEqual([]);
  });

  it('show keys without line breaks and what a terminal would obey', async () => {
    const root = temporaryDirectory();
    const keys = hostileKeys(100, 7).filter((key) => key.includes('\n') || hasControlCodes(key));
    expect(keys.length).toBeGreaterThan(10);
    const fault = injectFault({ call: { sync: 'writeFileSync' }, code: 'EIO', path: join(root, 'tmp'), times: 1_000 });
    const texts: string[] = [];
    const note = (error: Error) => void texts.push(error.message);
    for (const key of keys) {
      // A fault is logged once by each cache.
      const { cache, lines } = listen({ cacheRoot: root, lockTimeoutMs: 1 });
      cache.on('error', ({ error }) => note(error));
      expect(await cache.set(key, CANARY)).toBe(false);
      expect(lines).toHaveLength(1);
      await cache.set(key, () => {}).catch(note);
      await cache.set(key, 1, { ttl: -1 }).catch(note);
      await cache.withLock(key, 'shared', () => cache.withLock(key, 'exclusive', () => {})).catch(note);
      await cache.close();
      texts.push(...lines);
    }
    fault.end();
    expect(texts.length).toBeGreaterThanOrEqual(keys.length * 4);
    for (const text of texts) {
      expect(text.includes('\n') || hasControlCodes(text), JSON.stringify(text)).toBe(false);
      expect(text.length).toBeLessThan(1_000);
    }
  });

  it('of NODE_DEBUG show neither values nor control codes', () => {
    const program = `
      import { createFilesystemCache } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
      const cache = createFilesystemCache({ cacheRoot: process.env.ROOT });
      const key = 'line\\n\\u001b[2Jbreak';
      await cache.set(key, '${CANARY}');
      await cache.getOrSet(key, () => '${CANARY}');
      await cache.delete(key);
      await cache.close();`;
    const output = execFileSync('sh', ['-c', '"$0" --input-type=module -e "$1" 2>&1', process.execPath, program], {
      encoding: 'utf8',
      env: { ...process.env, NODE_DEBUG: 'glovebox-cache', ROOT: temporaryDirectory() },
    });
    expect(output).toContain('set');
    expect(output).not.toContain(CANARY);
    expect(output.split('\n').filter(hasControlCodes)).toEqual([]);
  });
});
