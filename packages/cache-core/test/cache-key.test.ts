import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { CacheKey } from '@glovebox/cache-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusedValues, withHole } from './support/values.js';

const HEX = /^[0-9a-f]{64}$/;
const invalid = expect.objectContaining({ code: 'CACHE_INVALID_KEY' });

/** Values that differ in content or type; a key must tell each from all others. */
function distinctValues(): unknown[] {
  return [
    ...[null, undefined, true, false, 0, -0, 1, -1, 0.1, Number.NaN, Number.POSITIVE_INFINITY, 1n, 0n],
    ...['', '0', '1', '1n', 'null', 'undefined', 'true', '-0', 'NaN', '[]', '{}', '"', '\\', 'a', 'A', 'ä', 'a\u0308'],
    ...['\ud800', '\udc00', '\ufffd', 'a,b', 'a:b'],
    ...[
      [],
      [[]],
      [null],
      [undefined],
      new Array(1),
      withHole(),
      [undefined, undefined, 2],
      [1, 2],
      [2, 1],
      ['1', 2],
      ['1,2'],
    ],
    ...[{}, { a: 1 }, { a: '1' }, { a: undefined }, { a: { b: 1 } }, { 'a:{b': 1 }, { a: [] }, { a: {} }, { $: 1 }],
    JSON.parse('{"__proto__":1}'),
    ...[new Map(), new Map([['a', 1]]), new Map([['a', '1']]), new Map([[1, 'a']]), new Map([[{ a: 1 }, 1]])],
    ...[new Set(), new Set([1]), new Set(['1']), new Set([[1]]), new Set([1, 2])],
    ...[new Date(0), new Date(1), new Date(Number.NaN), '1970-01-01T00:00:00.000Z'],
    ...[/a/, /a/i, /b/, 'regexp("a",)'],
    ...[new Uint8Array([1]), new Int8Array([1]), new Uint8ClampedArray([1]), new Uint16Array([1]), [1]],
    ...[new Uint8Array([1]).buffer, new DataView(new Uint8Array([1]).buffer), 'AQ==', new Uint8Array([1, 0])],
  ];
}

describe('CacheKey.fromParts and fromObject', () => {
  it('give 64 hexadecimal digits, whatever the parts', () => {
    for (const value of distinctValues()) {
      expect(CacheKey.fromParts(value)).toMatch(HEX);
      expect(CacheKey.fromObject(value)).toMatch(HEX);
    }
  });

  it('tell values of different content or type apart', () => {
    const keys = distinctValues().map((value) => CacheKey.fromObject(value));
    const seen = new Map<string, number>();
    for (const [index, key] of keys.entries()) {
      expect(seen.get(key), `values ${seen.get(key)} and ${index}`).toBeUndefined();
      seen.set(key, index);
    }
  });

  it('tell where one part ends and the next begins', () => {
    const lists: unknown[][] = [
      ['a:b', 'c'],
      ['a', 'b:c'],
      ['a', 'b', 'c'],
      ['a', ['b', 'c']],
      [['a', 'b', 'c']],
      ['abc'],
      ['a', 'bc'],
      ['"a"', 'bc'],
      ['a","bc'],
      ['a', '', 'bc'],
      ['a\0bc'],
    ];
    expect(new Set(lists.map((parts) => CacheKey.fromParts(...parts))).size).toBe(lists.length);
  });

  it('are stable over time: a stored key must be found again', () => {
    expect(CacheKey.fromParts('layout', 1, { b: [true], a: null })).toMatchInlineSnapshot(
      `"ad4198cd69137f2a1811aae9935d3fbe0039f5cb1a2ae166c476fd6f3af9e8e4"`,
    );
    expect(CacheKey.fromObject({ b: [true], a: null })).toMatchInlineSnapshot(
      `"26e8ba9b1503c8155b1f4383d8c01a1400b038cad988fe66647b424115b2b5bd"`,
    );
  });

  it('do not mind the order of keys, entries and members', () => {
    expect(CacheKey.fromObject({ a: 1, b: { c: 2, d: 3 } })).toBe(CacheKey.fromObject({ b: { d: 3, c: 2 }, a: 1 }));
    const map = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    expect(CacheKey.fromObject(map)).toBe(CacheKey.fromObject(new Map([...map].reverse())));
    expect(CacheKey.fromObject(new Set([1, 2]))).toBe(CacheKey.fromObject(new Set([2, 1])));
  });

  it('take a Buffer for the bytes it is, also a view into the middle of others', () => {
    const view = new Uint8Array([0, 1, 2, 0]).subarray(1, 3);
    expect(CacheKey.fromObject(Buffer.from([1, 2]))).toBe(CacheKey.fromObject(new Uint8Array([1, 2])));
    expect(CacheKey.fromObject(view)).toBe(CacheKey.fromObject(new Uint8Array([1, 2])));
  });

  it('of different makers never meet', async () => {
    const keys = [
      CacheKey.fromParts('a'),
      CacheKey.fromObject('a'),
      CacheKey.fromObject(['a']),
      await CacheKey.fromContent(Buffer.from('a')),
      await CacheKey.fromContent(Buffer.from('["a"]')),
      await CacheKey.fromPath('a'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('reject what has no content to compare', () => {
    expect(() => CacheKey.fromParts()).toThrow(invalid);
    for (const [name, value] of Object.entries(refusedValues())) {
      if (/revoked|detached/.test(name)) continue;
      expect(() => CacheKey.fromObject(value), name).toThrow(invalid);
      expect(() => CacheKey.fromParts('a', [value]), name).toThrow(invalid);
    }
  });
});

describe('CacheKey.fromPath and fromContent', () => {
  let folder = '';
  let file = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cache-key-'));
    file = join(folder, 'layout.json');
    await writeFile(file, 'content');
    await utimes(file, 1_000, 1_000);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('give one key to one file, however its path is written', async () => {
    const key = await CacheKey.fromPath(file);
    expect(key).toMatch(HEX);
    expect(await CacheKey.fromPath(relative(process.cwd(), file))).toBe(key);
    expect(await CacheKey.fromPath(join(folder, '..', folder.slice(tmpdir().length), 'layout.json'))).toBe(key);
  });

  it('give another one after a change of time or size, and the old one when it is taken back', async () => {
    const key = await CacheKey.fromPath(file);
    await utimes(file, 1_000, 1_000.001);
    const later = await CacheKey.fromPath(file);
    await writeFile(file, 'content, and more');
    await utimes(file, 1_000, 1_000);
    const larger = await CacheKey.fromPath(file);
    await writeFile(file, 'content');
    await utimes(file, 1_000, 1_000);
    expect(new Set([key, later, larger]).size).toBe(3);
    expect(await CacheKey.fromPath(file)).toBe(key);
  });

  it('give a missing file a key of its path alone', async () => {
    const missing = await CacheKey.fromPath(join(folder, 'missing'));
    expect(missing).toMatch(HEX);
    expect(await CacheKey.fromPath(join(folder, 'missing'))).toBe(missing);
    expect(await CacheKey.fromPath(join(folder, 'missing too'))).not.toBe(missing);
    expect(await CacheKey.fromPath(join(file, 'below a file'))).toMatch(HEX);
  });

  it('give a content one key, wherever it is', async () => {
    const key = await CacheKey.fromContent(file);
    const copy = join(folder, 'copy');
    await writeFile(copy, 'content');
    expect(await CacheKey.fromContent(copy)).toBe(key);
    expect(await CacheKey.fromContent(Buffer.from('content'))).toBe(key);
    expect(await CacheKey.fromContent(new Uint8Array(Buffer.from('content')))).toBe(key);
    expect(await CacheKey.fromContent(Buffer.from('Content'))).not.toBe(key);
  });

  it.each([undefined, null, 5, '', {}, new URL('file:///'), new ArrayBuffer(1)])('reject %o', async (path) => {
    await expect(CacheKey.fromPath(path as string)).rejects.toThrow(invalid);
    await expect(CacheKey.fromContent(path as string)).rejects.toThrow(invalid);
  });

  it('reject a path that can not be looked up, and a file that can not be read', async () => {
    await expect(CacheKey.fromPath('a\0b')).rejects.toThrow(invalid);
    await expect(CacheKey.fromContent(join(folder, 'missing'))).rejects.toThrow(invalid);
    await expect(CacheKey.fromContent(folder)).rejects.toThrow(invalid);
  });
});
