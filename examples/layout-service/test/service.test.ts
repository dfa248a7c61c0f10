import { statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { CacheKey, type CacheManager, ManualClock } from '@glovebox/cache-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileKeymap, createLayoutService, type LayoutService } from '../src/index.js';
import { shippedLayouts, temporaryFolder } from './support/layout-files.js';
import { binding, makeLayout, oneKey, parse } from './support/make-layout.js';
import { MapCache } from './support/map-cache.js';
import { readLayers } from './support/read-keymap.js';

let folder: ReturnType<typeof temporaryFolder>;
let clock: ManualClock;
let cache: CacheManager;
let service: LayoutService;

beforeEach(() => {
  folder = temporaryFolder();
  clock = new ManualClock();
  cache = new MapCache({ clock });
  service = createLayoutService({ cache });
});

afterEach(async () => {
  await cache.close();
  folder.remove();
});

const keysOf = async (path: string) => readLayers((await service.compileLayout(path)).keymap)[0]?.bindings;
const entries = async () => (await cache.getStats()).totalEntries;

describe('both steps are cached', () => {
  it('a second load is a hit and gives the same layout', async () => {
    const path = folder.write('a.json', makeLayout());
    const first = await service.loadLayout(path);
    const second = await service.loadLayout(path);
    expect(first.steps).toEqual({ load: 'miss' });
    expect(second.steps).toEqual({ load: 'hit' });
    expect({ ...second, steps: first.steps }).toEqual(first);
    expect(first).toMatchObject({ path, layout: parse(makeLayout()), fileBytes: statSync(path).size });
    expect(first.contentKey).toBe(await CacheKey.fromContent(path));
  });

  it('a second compilation is a hit and does not need the layout', async () => {
    const path = folder.write('a.json', makeLayout({ layers: [[binding('&kp')], []] }));
    const first = await service.compileLayout(path);
    const second = await service.compileLayout(path);
    expect(first.steps).toEqual({ load: 'miss', compile: 'miss' });
    expect(second.steps).toEqual({ load: 'skipped', compile: 'hit' });
    expect(second).toMatchObject({ keymap: first.keymap, warnings: first.warnings });
    expect(first.keymap).toBe(compileKeymap((await service.loadLayout(path)).layout));
    expect(first.warnings).not.toEqual([]);
  });

  it('a compilation after a load uses the loaded layout', async () => {
    const path = folder.write('a.json', makeLayout());
    await service.loadLayout(path);
    expect((await service.compileLayout(path)).steps).toEqual({ load: 'hit', compile: 'miss' });
  });

  it('another service on the same cache hits', async () => {
    const path = folder.write('a.json', makeLayout());
    await service.compileLayout(path);
    const other = createLayoutService({ cache });
    expect((await other.loadLayout(path)).steps.load).toBe('hit');
    expect((await other.compileLayout(path)).steps.compile).toBe('hit');
  });

  it('calls at once share the work', async () => {
    const path = folder.write('a.json', makeLayout());
    const results = await Promise.all(Array.from({ length: 8 }, () => service.compileLayout(path)));
    expect(results.filter(({ steps }) => steps.compile === 'miss')).toHaveLength(1);
    expect(new Set(results.map(({ keymap }) => keymap)).size).toBe(1);
    expect((await cache.getStats()).setCount).toBe(2);
  });

  it.each(shippedLayouts)('$name comes back from the cache equal', async ({ path }) => {
    const { layout } = await service.loadLayout(path);
    expect((await service.loadLayout(path)).layout).toEqual(layout);
  });

  it('for the time to live that is asked for', async () => {
    const path = folder.write('a.json', makeLayout());
    const short = createLayoutService({ cache, ttl: '5m' });
    await short.compileLayout(path);
    clock.advance(299_000);
    expect((await short.compileLayout(path)).steps.compile).toBe('hit');
    clock.advance(1_000);
    expect((await short.compileLayout(path)).steps).toEqual({ load: 'miss', compile: 'miss' });
  });
});

describe('a file that is not the one cached', () => {
  it('a changed file is loaded and compiled again', async () => {
    const path = folder.write('a.json', oneKey(binding('&kp', 'A')));
    expect(await keysOf(path)).toEqual(['&kp A']);
    folder.write('a.json', oneKey(binding('&kp', 'ENTER')));
    expect((await service.loadLayout(path)).steps.load).toBe('miss');
    expect(await keysOf(path)).toEqual(['&kp ENTER']);
  });

  it('a touched file is loaded again, its keymap is not compiled again', async () => {
    const path = folder.write('a.json', makeLayout());
    await service.compileLayout(path);
    utimesSync(path, 1, 1);
    expect((await service.loadLayout(path)).steps.load).toBe('miss');
    expect((await service.compileLayout(path)).steps).toEqual({ load: 'skipped', compile: 'hit' });
  });

  it('a copy is loaded by itself and shares the keymap', async () => {
    await service.compileLayout(folder.write('a.json', makeLayout()));
    const copy = folder.write('b.json', makeLayout());
    expect((await service.loadLayout(copy)).steps.load).toBe('miss');
    expect((await service.compileLayout(copy)).steps.compile).toBe('hit');
  });

  it('an edit that keeps time and size compiles to its own keymap', async () => {
    const path = folder.write('a.json', oneKey(binding('&kp', 'A')));
    utimesSync(path, 1_000, 1_000);
    await service.compileLayout(path);
    folder.write('a.json', oneKey(binding('&kp', 'B')));
    utimesSync(path, 1_000, 1_000);
    expect(await keysOf(path)).toEqual(['&kp B']);
  });

  it('a file replaced while it is read is not kept under its old time', async () => {
    const path = folder.write('a.json', oneKey(binding('&kp', 'A')));
    utimesSync(path, 1_000, 1_000);
    // Between the look at the file and the reading of it: getOrSet has the key by then.
    const getOrSet = cache.getOrSet.bind(cache);
    cache.getOrSet = (key, factory, options) => {
      folder.write('a.json', oneKey(binding('&kp', 'B')));
      return getOrSet(key, factory, options);
    };
    expect((await service.loadLayout(path)).layout.layers[0]?.[0]?.params[0]?.value).toBe('B');
    cache.getOrSet = getOrSet;
    folder.write('a.json', oneKey(binding('&kp', 'A')));
    utimesSync(path, 1_000, 1_000);
    expect((await service.loadLayout(path)).layout.layers[0]?.[0]?.params[0]?.value).toBe('A');
  });
});

describe('a file that cannot be used is refused, and nothing is cached', () => {
  const cases: [string, string, () => string][] = [
    ['missing', 'LAYOUT_UNREADABLE', () => join(folder.path, 'missing.json')],
    ['below a file', 'LAYOUT_UNREADABLE', () => join(folder.write('file', ''), 'x.json')],
    ['a directory', 'LAYOUT_UNREADABLE', () => folder.path],
    ['a device', 'LAYOUT_UNREADABLE', () => '/dev/zero'],
    ['larger than any layout', 'LAYOUT_UNREADABLE', () => folder.write('a.json', new Uint8Array(5_000_000))],
    ['empty', 'LAYOUT_NOT_JSON', () => folder.write('a.json', '')],
    [
      'not UTF-8',
      'LAYOUT_NOT_JSON',
      () => folder.write('a.json', Buffer.from(JSON.stringify(makeLayout({ title: '\u00ff' })), 'latin1')),
    ],
    ['not JSON', 'LAYOUT_NOT_JSON', () => folder.write('a.json', 'keyboard: glove80')],
    ['foreign', 'LAYOUT_INVALID', () => folder.write('a.json', { name: 'left-pad', version: '1.3.0' })],
    ['broken', 'LAYOUT_INVALID', () => folder.write('a.json', oneKey({ value: 'kp', params: [] }))],
    ['inconsistent', 'LAYOUT_INVALID', () => folder.write('a.json', makeLayout({ layer_names: [] }))],
  ];
  it.each(cases)('%s', async (_, code, make) => {
    const path = make();
    await expect(service.loadLayout(path)).rejects.toMatchObject({ name: 'LayoutError', code, path });
    await expect(service.compileLayout(path)).rejects.toMatchObject({ name: 'LayoutError', code, path });
    await expect(service.compileLayout(path)).rejects.toThrow(path);
    expect(await entries()).toBe(0);
  });

  it('and is used once it is mended', async () => {
    const path = folder.write('a.json', oneKey({ value: 'kp' }));
    await expect(service.compileLayout(path)).rejects.toThrow('layers[0][0].value');
    folder.write('a.json', oneKey(binding('&kp', 'A')));
    expect(await keysOf(path)).toEqual(['&kp A']);
    expect(await entries()).toBe(2);
  });
});

it('what the caller does to a layout changes nothing in the cache', async () => {
  const path = folder.write('a.json', makeLayout());
  const { layout } = await service.loadLayout(path);
  Object.assign(layout, { keyboard: 'other' });
  layout.layers.length = 0;
  expect((await service.loadLayout(path)).layout).toEqual(parse(makeLayout()));
});
