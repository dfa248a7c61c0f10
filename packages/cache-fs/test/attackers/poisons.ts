import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { COUNTER_NAMES } from '@glovebox/cache-core';
import { type EntryHeader, formatEntry } from '../../src/store/entry-format.js';

/** Texts that are JSON, or nearly, and not what was expected: for any record that is read. */
export const MISFITS: Record<string, string> = {
  nothing: '',
  null: 'null',
  'a number': '1e999',
  'a list': '[[],{}]',
  text: '"text"',
  'a cut object': '{"a":',
  'half a character': '"\\ud800"',
  'bytes that are no text': '\u0000\ufffd\ufffe',
  'a prototype': '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":null}',
  'lists in lists': '['.repeat(100_000) + ']'.repeat(100_000),
  'objects in objects': `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
};

const HEADER: EntryHeader = {
  v: 1,
  key: 'planted',
  generation: '1-a-1',
  createdAt: 1_700_000_000_000,
  ttlSeconds: null,
  expiresAt: null,
  tags: [],
  encoding: 'json',
  sizeBytes: 3,
};

/** An entry with a right checksum, of fields that this library does not write. */
function entry(fields: object, valueText = '"v"'): string {
  return formatEntry({ ...HEADER, ...fields }, valueText);
}

const deepTags = (depth: number) => `${'{"$":"set","v":['.repeat(depth)}1${']}'.repeat(depth)}`;

export const ENTRIES: Record<string, string> = {
  ...MISFITS,
  'an unknown encoding': entry({ encoding: '__proto__' }),
  'bytes that are no bytes': entry({ encoding: 'buffer' }, '{"a":1}'),
  'a time that is infinite': entry({}).replace('1700000000000', '1e999'),
  'a time before the first': entry({ createdAt: -8.7e15 }),
  'an expiry that is text': entry({ expiresAt: 'never' }),
  'a size below zero': entry({ sizeBytes: -1e300 }),
  'tags that are no texts': entry({ tags: [{ toString: 1 }, null] }),
  'a blob elsewhere': entry({ blob: { name: '../../../outside/file', checksum: '00000000' } }),
  'a blob that is a prototype': entry({ blob: JSON.parse('{"__proto__":{"name":"x"}}') }),
  'a prototype as a value': entry({}, '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
  'a prototype as a tag': entry({ encoding: 'tagged' }, '{"$":"object","v":[["__proto__",{"polluted":1}]]}'),
  'an unknown tag': entry({ encoding: 'tagged' }, '{"$":"constructor","v":"SECRET"}'),
  'a tag without an end': entry({ encoding: 'tagged' }, deepTags(50_000)),
  'a value without an end': entry({}, MISFITS['lists in lists']),
  'a pattern that can not be': entry({ encoding: 'tagged' }, '{"$":"regexp","v":["(SECRET","g",0]}'),
  'a number that is none': entry({ encoding: 'tagged' }, '{"$":"bigint","v":"SECRET"}'),
  'an array of four billion': entry({ encoding: 'tagged' }, '{"$":"sparseArray","v":[4294967296,[]]}'),
  'elements of odd length': entry({ encoding: 'tagged' }, '{"$":"Float64Array","v":"QUJD"}'),
  'a value that is not JSON': entry({}, '{"SECRET'),
};

export const USAGE_RECORDS: Record<string, string> = {
  ...MISFITS,
  'counts without bounds': '{"accessCount":1e308,"lastAccessedAt":1e308}',
  'counts below zero': '{"accessCount":-1,"lastAccessedAt":-1}',
  'counts that are objects': '{"accessCount":{"valueOf":1},"lastAccessedAt":[[1]]}',
};

/** `.cache_stats.json` with a right checksum around the given base. */
function stats(base: object): string {
  const checksum = createHash('sha256').update(JSON.stringify(base)).digest('hex').slice(0, 16);
  return JSON.stringify({ format: 1, base, baseChecksum: checksum });
}

const counters = Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0]));
const BASE = { counters, entries: 0, bytes: 0, foldCount: 1, folded: [], presumedDead: [] };
export const STATISTICS: Record<string, string> = {
  ...MISFITS,
  'a base without an end': `{"format":1,"base":${MISFITS['objects in objects']},"baseChecksum":"0"}`,
  'a base that is a prototype': stats(JSON.parse('{"__proto__":{"counters":{}}}')),
  'counts without bounds': stats({ ...BASE, entries: 1e308, bytes: -1e308, foldCount: 1e308 }),
  'counts that are text': stats({ ...BASE, counters: { ...counters, hitCount: '1' } }),
  'names of other files': stats({ ...BASE, folded: ['../../outside/file'] }),
  'dead writers that are prototypes': stats({ ...BASE, presumedDead: [JSON.parse('{"__proto__":{}}')] }),
};

export const FORMATS: Record<string, string> = {
  ...MISFITS,
  'a format without bounds': '{"format":1e999}',
  'a format below zero': '{"format":-1}',
  'a format that is a prototype': '{"__proto__":{"format":9}}',
};

/** Records of owners: of locks, gates and folders. None is of a process that lives. */
export const OWNERS: Record<string, string> = {
  ...MISFITS,
  'a process group': JSON.stringify({ pid: -1, host: hostname(), acquiredAt: 0, raisedAt: 0 }),
  'a pid without bounds': JSON.stringify({ pid: Number.MAX_SAFE_INTEGER, host: hostname(), raisedAt: 0 }),
  'a host with commands for terminals': JSON.stringify({ pid: 1, host: '\u001b[2J\n\u009bevil', raisedAt: 1e300 }),
  'a time that is a list': `{"pid":1,"host":"elsewhere","raisedAt":${'['.repeat(1_900)}1${']'.repeat(1_900)}}`,
  'a start that is a path': JSON.stringify({ pid: 1, host: 'x', startTime: '../..', thread: { id: 1, tid: 1e300 } }),
};
