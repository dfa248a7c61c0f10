import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { checksumText, crc32 } from '../../src/store/checksum.js';
import { entryId } from '../../src/store/entry-id.js';
import { eventually, openCache, temporaryDirectory } from '../support.js';

const entryFile = (root: string, key: string) => join(root, 'data', `${entryId(key)}.json`);
const recordFile = (root: string, key: string) => join(root, 'metadata', `${entryId(key)}.meta.json`);

/** An entry file with a right checksum, whatever its header holds. */
function forgeEntry(header: object, valueText: string): string {
  const fields = `{"entry":${JSON.stringify(header).slice(0, -1)}`;
  return `${fields},"checksum":"${checksumText(crc32(valueText, crc32(fields)))}"},\n"value":${valueText}}\n`;
}

const header = (key: string) => ({
  v: 1,
  key,
  generation: '1-a-1',
  createdAt: Date.now(),
  ttlSeconds: null,
  expiresAt: null,
  tags: [],
  encoding: 'json',
  sizeBytes: 1,
});

describe('damage', () => {
  it('inside a blob of the right size is removed unprompted after the read that met it', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('k', Buffer.alloc(70_000));
    const [blob = ''] = readdirSync(join(root, 'data', 'blobs'));
    writeFileSync(join(root, 'data', 'blobs', blob), Buffer.alloc(70_000, 1));
    expect(await cache.get('k')).toBeUndefined();
    await eventually(() => !existsSync(entryFile(root, 'k')), 'the entry is removed');
  });

  it('a folder in the place of an entry does not keep the rest from being cleaned up', async () => {
    const root = temporaryDirectory();
    const clock = new ManualClock();
    const cache = openCache({ cacheRoot: root, clock });
    for (let index = 0; index < 5; index++) await cache.set(`k${index}`, index, { ttl: 1 });
    mkdirSync(entryFile(root, 'folder'));
    clock.advance(1_000);
    expect(await cache.get('folder')).toBeUndefined();
    for (let index = 0; index < 5; index++) await cache.get(`k${index}`);
    const entries = () => readdirSync(join(root, 'data'), { withFileTypes: true }).filter((entry) => entry.isFile());
    await eventually(() => entries().length === 0, 'the expired entries are removed');
  });

  it.each([
    ['no key', { ...header('k'), key: undefined }],
    ['dates that are text', { ...header('k'), createdAt: '2026' }],
    ['tags that are none', { ...header('k'), tags: 'a' }],
    ['a blob that is a path', { ...header('k'), blob: { name: '../../outside', checksum: '00000000' } }],
    [
      'the blob of another entry',
      { ...header('k'), blob: { name: `${entryId('other')}.1-a-1`, checksum: '00000000' } },
    ],
  ])('a header with %s is damage, whatever its checksum says, and leads nowhere', async (_name, forged) => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('k', 1);
    writeFileSync(join(root, 'outside'), 'precious');
    writeFileSync(join(root, 'data', 'blobs', `${entryId('other')}.1-a-1`), 'x');
    writeFileSync(entryFile(root, 'k'), forgeEntry(forged, 'null'));
    expect(await cache.get('k')).toBeUndefined();
    expect((await cache.getStats()).errorCount).toBe(1);
    expect(await cache.set('k', 2)).toBe(true);
    expect(await cache.get('k')).toBe(2);
    expect(readFileSync(join(root, 'outside'), 'utf8')).toBe('precious');
    expect(existsSync(join(root, 'data', 'blobs', `${entryId('other')}.1-a-1`))).toBe(true);
  });

  it('a file copied to another key is shown once and cleaned up', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    await cache.set('a', 'of a');
    writeFileSync(entryFile(root, 'b'), readFileSync(entryFile(root, 'a')));
    const keys: string[] = [];
    for await (const key of cache.keys()) keys.push(key);
    expect(keys).toEqual(['a']);
    await cache.cleanup();
    expect(existsSync(entryFile(root, 'b'))).toBe(false);
    expect(await cache.get('a')).toBe('of a');
  });

  it('a link in the place of one usage record does not keep the others from being written', async () => {
    const root = temporaryDirectory();
    const cache = openCache({ cacheRoot: root });
    symlinkSync('/nowhere', recordFile(root, 'linked'));
    await cache.set('linked', 1);
    await cache.set('plain', 1);
    await cache.getMany(['linked', 'plain']);
    await cache.close();
    expect(existsSync(recordFile(root, 'plain'))).toBe(true);
    expect(existsSync('/nowhere')).toBe(false);
  });
});
