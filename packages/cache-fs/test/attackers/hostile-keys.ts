import { seededRandom } from './random.js';

const PIECES: readonly string[] = [
  '..',
  '../',
  '../../../../etc/passwd',
  '..\\..\\',
  '/',
  '//',
  '/etc/',
  './',
  '~',
  '~root/',
  'C:\\',
  '\\\\?\\',
  'file:///',
  '%2e%2e%2f',
  '%00',
  '\0',
  '\n',
  '\r\n',
  '\t',
  '\u001b[2J',
  '\u001b]0;title\u0007',
  '\u009b31m',
  '\u202e',
  '\u2028',
  '\ufeff',
  '\u00e9',
  'e\u0301',
  '\u{1f600}',
  '\u{10ffff}',
  'CON',
  'nul',
  'aux.txt',
  'LPT1',
  'com0:',
  '$MFT',
  'desktop.ini',
  '.',
  ' ',
  'trailing.',
  'trailing ',
  '*',
  '?',
  '<>|"',
  "'; rm -rf /; '",
  '`id`',
  '$(id)',
  '-rf',
  '{}',
  '"}\n"value":null}\n',
  '{"entry":',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'valueOf',
  '.cache_format.json',
  'CACHEDIR.TAG',
  '.cache_stats.json',
  '.removal_gate',
  'data/',
  'data/blobs/',
  'metadata',
  'locks/lock-maintenance',
  'tmp',
  'stats',
  'proc_1',
  'ns_',
  '0'.repeat(32),
  '00000000000000000000000000000000.json',
  'x'.repeat(255),
  'x'.repeat(256),
  'x'.repeat(5_000),
];

const LONG_KEYS = [1_000_000, 1_048_576];

/** `count` different keys that are valid and nasty: the pieces alone, two of 1 MB, and random mixtures. */
export function hostileKeys(count: number, seed: number): string[] {
  const random = seededRandom(seed);
  const keys = new Set([...PIECES, ...LONG_KEYS.map((length) => '\u00e9'.repeat(length))]);
  while (keys.size < count) keys.add(mixture(random));
  return [...keys].slice(0, count);
}

/** Keys that no text can be made of, since a half of a pair stands alone. */
export function brokenKeys(count: number, seed: number): string[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const half = String.fromCharCode(0xd800 + Math.floor(random() * 0x800));
    const key = `${mixture(random)}${half}${mixture(random)}`;
    return key.isWellFormed() ? `${key}\ud800` : key;
  });
}

function mixture(random: () => number): string {
  let key = '';
  for (let length = 1 + Math.floor(random() * 5); length > 0; length--) {
    key += random() < 0.7 ? (PIECES[Math.floor(random() * PIECES.length)] ?? '') : randomCharacter(random);
  }
  return key;
}

function randomCharacter(random: () => number): string {
  const codePoint = Math.floor(random() * (random() < 0.5 ? 0x80 : 0x110000));
  return codePoint >= 0xd800 && codePoint < 0xe000 ? 'x' : String.fromCodePoint(codePoint);
}
