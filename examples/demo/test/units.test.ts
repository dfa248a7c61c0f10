import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../src/arguments.js';
import { DemoError } from '../src/demo-error.js';
import { keymapName } from '../src/output-file.js';
import { bytes, columns, milliseconds, oneLine, painter } from '../src/text.js';

it.each([
  ['a/b/Tailor v4.2.json', 'Tailor v4.2.keymap'],
  ['x.JSON', 'x.keymap'],
  ['layout', 'layout.keymap'],
  ['tailor-v4.2', 'tailor-v4.2.keymap'],
  ['a/..json', 'layout.keymap'],
  ['a/.hidden.json', 'hidden.keymap'],
  ['a/b:c?.json', 'b_c_.keymap'],
  ['a/b\n.json', 'b_.keymap'],
])('the keymap of %j is %j', (file, name) => {
  expect(keymapName(file)).toBe(name);
});

describe('colour', () => {
  const terminal = { isTTY: true };
  it.each<[string, { isTTY?: boolean }, NodeJS.ProcessEnv, string]>([
    ['a terminal', terminal, {}, '\u001b[32mx\u001b[39m'],
    ['a terminal and an empty NO_COLOR', terminal, { NO_COLOR: '' }, '\u001b[32mx\u001b[39m'],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }, 'x'],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, 'x'],
    ['a pipe', {}, {}, 'x'],
  ])('for %s', (_, stream, env, text) => {
    expect(painter(stream, env)('green', 'x')).toBe(text);
  });
});

it('columns line up, colours or not', () => {
  const paint = painter({ isTTY: true }, {});
  expect(
    columns(
      [
        ['a', '1', 'x'],
        ['bbb', paint('red', '10'), ''],
      ],
      [1],
    ),
  ).toEqual(['  a      1   x', `  bbb   ${paint('red', '10')}`]);
});

it('text of a file cannot steer the terminal', () => {
  expect(oneLine('a\u001b[2Jb\r\nc')).toBe('a [2Jb c');
  expect(oneLine('x'.repeat(200), 10)).toBe('xxxxxxx...');
});

it('sizes and times', () => {
  expect([bytes(1023), bytes(1024), bytes(5 * 1024 * 1024)]).toEqual(['1023 B', '1.0 KiB', '5.0 MiB']);
  expect([milliseconds(1.234), milliseconds(12.34)]).toEqual(['1.23 ms', '12.3 ms']);
});

describe('the command line', () => {
  it('gives paths as seen from the folder of the user', () => {
    expect(readArguments(['--', 'a.json', '--out', 'b', '--cache-root=/c'], '/home/me')).toEqual({
      help: false,
      shownFile: 'a.json',
      file: resolve('/home/me/a.json'),
      out: resolve('/home/me/b'),
      cacheRoot: resolve('/c'),
    });
  });

  it('has a layout of the repository for its default', () => {
    const { file, shownFile, out, cacheRoot } = readArguments([], '/home/me');
    expect(existsSync(file)).toBe(true);
    expect(resolve('/home/me', shownFile)).toBe(file);
    expect({ out, cacheRoot }).toEqual({ out: undefined, cacheRoot: undefined });
  });

  it.each<[string[], RegExp]>([
    [['--out', ''], /--out is empty/],
    [['--cache-root='], /--cache-root is empty/],
    [[''], /FILE is empty/],
    [['--out'], /--out/],
    [['--outt', 'x'], /--outt/],
    [['a.json', 'b.json'], /expected one FILE, found 2/],
  ])('%j is refused with the usage', (argv, message) => {
    const read = () => readArguments(argv, '/home/me');
    expect(read).toThrow(DemoError);
    expect(read).toThrow(message);
    expect(read).toThrow('Usage: pnpm demo');
  });
});
