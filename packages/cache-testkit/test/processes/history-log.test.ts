import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { countRecords, HistoryLog, noteOf, readHistory } from '../../src/processes/history/history-log.js';
import { FOREIGN, MISS, valueId } from '../../src/processes/history/operation.js';
import { recognize, storedValue } from '../../src/processes/history/stored-value.js';

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'history-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

describe('the log of a process', () => {
  it('gives back what was written down', () => {
    const directory = newDirectory();
    const log = new HistoryLog(directory, 7);
    log.begin({ kind: 'set', key: 3, written: valueId(7, 1), ttlMs: 5 }).end({ outcome: 'acknowledged' });
    log.begin({ kind: 'get', key: 3 }).end({ outcome: 'acknowledged', read: FOREIGN, note: 'a\n"b"' });
    log.begin({ kind: 'get', key: 4 }).end({ outcome: 'rejected', note: 'EIO' });
    log.begin({ kind: 'clear', key: -1 }).end({ outcome: 'acknowledged' });
    log.close();
    const [set, foreign, rejected, clear] = readHistory(directory, 7);
    expect(set).toMatchObject({ process: 7, kind: 'set', key: 3, written: valueId(7, 1), ttlMs: 5 });
    expect(set?.outcome).toBe('acknowledged');
    expect(set?.end).toBeGreaterThan(set?.start ?? Number.POSITIVE_INFINITY);
    expect(foreign).toMatchObject({ kind: 'get', read: FOREIGN, note: 'a\n"b"', start: expect.any(Number) });
    expect(foreign?.start).toBeGreaterThanOrEqual(set?.end ?? Number.POSITIVE_INFINITY);
    expect(rejected).toMatchObject({ key: 4, outcome: 'rejected', note: 'EIO', read: undefined });
    expect(clear).toMatchObject({ kind: 'clear', key: -1 });
  });

  it('knows of changes that had begun when the process was killed, and of no reads', () => {
    const directory = newDirectory();
    const log = new HistoryLog(directory, 1);
    log.begin({ kind: 'get', key: 0 });
    log.begin({ kind: 'set', key: 1, written: valueId(1, 1) });
    log.begin({ kind: 'getOrSet', key: 2, written: valueId(1, 2) });
    log.begin({ kind: 'getOrSet', key: 3, written: valueId(1, 3) }).noteComputing();
    log.close();
    const goneAt = 1e18;
    const history = readHistory(directory, 1, goneAt);
    expect(history.map(({ key, written, end, outcome }) => ({ key, written, end, outcome }))).toEqual([
      { key: 1, written: valueId(1, 1), end: goneAt, outcome: 'unknown' },
      // Its factory had not run: it can't have written.
      { key: 2, written: undefined, end: goneAt, outcome: 'unknown' },
      { key: 3, written: valueId(1, 3), end: goneAt, outcome: 'unknown' },
    ]);
  });

  it('tells a getOrSet that found a value from one that computed it', () => {
    const directory = newDirectory();
    const log = new HistoryLog(directory, 1);
    log.begin({ kind: 'getOrSet', key: 0, written: valueId(1, 1) }).end({ outcome: 'acknowledged', read: 5 });
    const computing = log.begin({ kind: 'getOrSet', key: 0, written: valueId(1, 2) });
    computing.noteComputing();
    computing.end({ outcome: 'acknowledged', read: valueId(1, 2) });
    log.close();
    const [found, computed] = readHistory(directory, 1);
    expect(found).toMatchObject({ written: undefined, writtenFrom: undefined, read: 5 });
    expect(computed).toMatchObject({ written: valueId(1, 2), read: valueId(1, 2) });
    expect(computed?.writtenFrom).toBeGreaterThanOrEqual(computed?.start ?? Number.POSITIVE_INFINITY);
  });

  it('counts records while they are written', () => {
    const directory = newDirectory();
    expect(countRecords(directory, 1)).toBe(0);
    const log = new HistoryLog(directory, 1);
    const operation = log.begin({ kind: 'get', key: 0 });
    expect(countRecords(directory, 1)).toBe(0);
    operation.end({ outcome: 'acknowledged', read: MISS });
    expect(countRecords(directory, 1)).toBe(1);
    log.close();
  });
});

describe('a stored value', () => {
  const id = valueId(3, 42);
  const value = storedValue(id, 5, 1_000);

  it('is recognized as what was written under its key', () => {
    expect(recognize(value, 5)).toBe(id);
    expect(recognize(storedValue(id, 5, 0), 5)).toBe(id);
    expect(recognize(undefined, 5)).toBe(MISS);
  });

  it.each<[string, unknown]>([
    ['of another key', storedValue(id, 6, 1_000)],
    ['cut', { ...value, text: value.text.slice(10) }],
    [
      'half of another write',
      { ...value, text: value.text.slice(0, 500) + storedValue(id + 1, 5, 1_000).text.slice(500) },
    ],
    ["under another write's id", { ...value, id: id + 1 }],
    ['with more than was written', { ...value, more: 1 }],
    ['without its text', { id, key: 'key 5' }],
    ['null', null],
    ['a string', 'text'],
  ])('is foreign when it is %s', (_what, found) => {
    expect(recognize(found, 5)).toBe(FOREIGN);
    expect(noteOf(found, FOREIGN)).toBeTypeOf('string');
  });

  it('is as long as every other of its size', () => {
    const lengths = [id, valueId(1, 1), valueId(12, 99_999)].map((each) => storedValue(each, 5, 1_000).text.length);
    expect(lengths).toEqual([1_000, 1_000, 1_000]);
  });
});
