import type { CacheManager } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { expectEqual, expectRejection } from '../expect.js';
import type { Scene } from '../scene.js';
import { collect, listedKeys } from './helpers.js';

const list = new CheckList('keys');
export const keyChecks = list.checks;

const LOOKALIKES: readonly (readonly [name: string, promise: string, keys: readonly string[]])[] = [
  [
    'paths',
    'Keys that look like paths are keys like others, and each is its own.',
    [
      '../escaped',
      '../../escaped',
      '..',
      '.',
      '/',
      '/etc/passwd',
      './a',
      'a',
      'a/',
      'a//b',
      'a/b',
      'a/../b',
      'b',
      'a\\b',
      'C:\\a',
      '~/a',
      'file:///a',
    ],
  ],
  [
    'reserved-names',
    'Names that file systems or backends reserve are keys like others.',
    [
      'CON',
      'NUL',
      'aux.txt',
      'COM1',
      'data',
      'metadata',
      'locks',
      'tmp',
      'stats',
      '.cache_stats.json',
      'CACHEDIR.TAG',
      'index',
    ],
  ],
  [
    'control-codes',
    'Keys with NUL and other control codes are keys like others, and each is its own.',
    ['\0', 'a', 'a\0', 'a\0b', '\n', 'a\n', 'a\r\n', '\u001b[31m', '\u007f', '\u2028', '\ufeff', '\ufeffa'],
  ],
  [
    'letter-case',
    'Keys that differ in letter case only are different keys.',
    ['user', 'User', 'USER', 'straße', 'STRASSE', 'i', 'I', 'ı', 'İ'],
  ],
  [
    'unicode-forms',
    'Keys that differ in their Unicode form only are different keys.',
    ['\u00e9', 'e\u0301', '\ufb01', 'fi', '\u212b', '\u00c5', 'A\u030a', '\uac00', '\u1100\u1161'],
  ],
  [
    'white-space',
    'White space in a key counts, at its ends too.',
    ['a', ' a', 'a ', 'a  ', ' ', '  ', '\t', '\u00a0', 'a\u00a0', 'a.', 'a..'],
  ],
  [
    'prototype-names',
    'Names of members that every object has are keys like others.',
    ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then', 'length', 'size'],
  ],
  [
    'astral',
    'Keys of characters outside the basic plane come back whole.',
    ['😀', '😁', '👨‍👩‍👧', '👨', '𝕏', '\u{10ffff}'],
  ],
  [
    'numbers-as-text',
    'Keys that look like equal numbers are different keys.',
    ['1', '01', '1.0', '1e0', '+1', '-0', '0', ' 1'],
  ],
  [
    'patterns',
    'Keys that look like patterns stand for themselves alone.',
    ['a', 'ab', 'a*', 'a?', '[ab]', '.*', '%', '_', 'a%', '{a,b}', '^a$', '(', '\\'],
  ],
  [
    'separators',
    'Characters that backends join keys with are part of the key.',
    ['a:b', 'a::b', 'a', 'a:', ':a', 'a|b', 'a,b', 'a;b', 'a#b', 'a?b=c', 'a&b', 'a=b', 'a%3Ab', "a'b", 'a"b', 'a--b'],
  ],
  [
    'json',
    'Keys that look like encoded values are keys like others.',
    ['null', 'undefined', 'true', '""', '{}', '[]', '"a"', 'NaN'],
  ],
];

for (const [name, promise, keys] of LOOKALIKES) {
  list.add(name, promise, (scene) => keepsApart(scene, keys), { entries: keys.length });
}

/** Each key has its own value, is listed as it was written, and can be removed alone. */
async function keepsApart(scene: Scene, keys: readonly string[]): Promise<void> {
  const cache = await scene.open();
  for (const key of keys) expectEqual(`set(${JSON.stringify(key)})`, await cache.set(key, `value of ${key}`), true);
  for (const key of keys) expectEqual(`the value of ${JSON.stringify(key)}`, await cache.get(key), `value of ${key}`);
  expectEqual('the listed keys', await listedKeys(cache), [...keys].sort());
  for (const [index, key] of keys.entries()) {
    expectEqual(`delete(${JSON.stringify(key)})`, await cache.delete(key), true);
    expectEqual(`exists(${JSON.stringify(key)}) after its delete`, await cache.exists(key), false);
    const left = keys.slice(index + 1);
    expectEqual('the keys left after one delete', await listedKeys(cache), [...left].sort());
  }
}

list.add(
  'long',
  'Keys of a million characters work, and the last one counts.',
  async (scene) => {
    const cache = await scene.open();
    const [first, second] = [`${'k'.repeat(1_000_000)}1`, `${'k'.repeat(1_000_000)}2`];
    expectEqual('set() of a long key', await cache.set(first, 1), true);
    expectEqual('set() of another long key', await cache.set(second, 2), true);
    expectEqual('the value of the first long key', await cache.get(first), 1);
    expectEqual('the value of the second long key', await cache.get(second), 2);
    const listed = (await collect(cache.keys())).sort();
    expectEqual('whether keys() lists both in full', listed[0] === first && listed[1] === second, true);
  },
  { sizeBytes: 16 << 20 },
);

type KeyOperation = readonly [name: string, call: (cache: CacheManager, key: string) => unknown];

const OPERATIONS: readonly KeyOperation[] = [
  ['get', (cache, key) => cache.get(key)],
  ['lookup', (cache, key) => cache.lookup(key)],
  ['set', (cache, key) => cache.set(key, 1)],
  ['exists', (cache, key) => cache.exists(key)],
  ['delete', (cache, key) => cache.delete(key)],
  ['getMany', (cache, key) => cache.getMany(['good', key])],
  [
    'setMany',
    (cache, key) =>
      cache.setMany([
        ['good', 1],
        [key, 2],
      ]),
  ],
  ['deleteMany', (cache, key) => cache.deleteMany(['good', key])],
  ['getOrSet', (cache, key) => cache.getOrSet(key, () => 1)],
  ['getMetadata', (cache, key) => cache.getMetadata(key)],
];

async function everyOperationRefuses(scene: Scene, keys: readonly unknown[]): Promise<void> {
  const cache = await scene.open();
  for (const key of keys) {
    for (const [name, call] of OPERATIONS) {
      // Programs without types pass anything.
      await expectRejection(`${name}() of an invalid key`, 'CACHE_INVALID_KEY', () => call(cache, key as string));
    }
  }
  expectEqual('the keys stored by refused operations', await listedKeys(cache), []);
}

list.add('empty-refused', 'Every operation rejects an empty key with CACHE_INVALID_KEY and stores nothing.', (scene) =>
  everyOperationRefuses(scene, ['']),
);

list.add(
  'non-text-refused',
  'Every operation rejects a key that is no string with CACHE_INVALID_KEY and stores nothing.',
  (scene) => everyOperationRefuses(scene, [undefined, null, 0, 1, true, {}, ['a'], Symbol('a'), new String('a'), 1n]),
);

list.add(
  'lone-surrogate-refused',
  'Every operation rejects a key with a lone surrogate with CACHE_INVALID_KEY and stores nothing.',
  (scene) => everyOperationRefuses(scene, ['\ud800', 'a\udc00', '\udc00\ud800', 'a\ud83d']),
);

list.add(
  'refused-key-loses-nothing',
  'An invalid key leaves what is stored, and the counters, as they are.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('good', 'kept');
    for (const [name, call] of OPERATIONS) {
      await expectRejection(`${name}('')`, 'CACHE_INVALID_KEY', () => call(cache, ''));
    }
    expectEqual("get('good')", await cache.get('good'), 'kept');
    const { setCount, deleteCount, errorCount, hitCount, missCount } = await cache.getStats();
    expectEqual(
      'the counters after one set, one hit and mistakes of the caller',
      { setCount, deleteCount, errorCount, hitCount, missCount },
      { setCount: 1, deleteCount: 0, errorCount: 0, hitCount: 1, missCount: 0 },
    );
  },
);
