import { describe, expect, it } from 'vitest';
import type { Measured } from '../src/bars/bar.js';
import { bars } from '../src/bars/bars.js';
import { judge } from '../src/bars/judge.js';
import { operations } from '../src/operations.js';
import { scenarios } from '../src/scenarios/index.js';
import { groups } from '../src/subjects/index.js';
import { barsTable, textTable } from '../src/tables.js';
import { valueKinds } from '../src/values.js';
import { figure, report, row, scenario } from './report.js';

const named = (name: string, figures: Parameters<typeof scenario>[1]) => scenario({ name, title: '' }, figures);

function judged(what: string, measured: Partial<Measured>) {
  const found = judge(bars, report(measured)).find((bar) => bar.what === what);
  if (found === undefined) throw new Error(`there is no bar ${what}`);
  return { median: found.measured?.median, verdict: found.verdict, note: found.note };
}

it('each bar needs what there is to measure', () => {
  for (const { what, needs } of bars) {
    if ('scenario' in needs) {
      expect(
        scenarios.map(({ name }) => name),
        what,
      ).toContain(needs.scenario);
    } else {
      expect(
        groups.map(({ name }) => name),
        what,
      ).toContain(needs.group);
      expect(
        valueKinds.map(({ name }) => name),
        what,
      ).toContain(needs.value);
      expect(
        operations.map(({ name }) => name),
        what,
      ).toContain(needs.operation);
    }
  }
  expect(new Set(bars.map(({ what }) => what)).size).toBe(bars.length);
});

it('what a run has not measured is told so', () => {
  expect(new Set(judge(bars, report({})).map(({ verdict }) => verdict))).toEqual(new Set(['not measured']));
});

describe('from known rounds', () => {
  const gets = row('files', '536 B', 'get', {
    'raw files': [10, 20, 10],
    'cache-fs': [12, 26, 11],
    'cache-fs, disk': [17, 36, 15],
    'unstorage fs': [340, 720, 300],
    cacache: [1_000, 1_000, 1_000],
    'flat-cache': [1, 1, 1],
    lmdb: [10, 20, 10],
  });

  it('a ratio is that of what was measured in the same round', () => {
    expect(judged('cache-fs: get from disk / raw read and parse', { results: gets })).toEqual({
      median: 1.7,
      verdict: 'met',
      note: '',
    });
    expect(judged('cache-fs: get of a hot entry / lmdb get', { results: gets })).toMatchObject({
      median: 1.2,
      verdict: 'met, near',
    });
  });

  it('the fastest peer is the fastest of those that do the same: a file an entry', () => {
    const what = 'cache-fs: times faster in get from disk than the fastest peer with files';
    expect(judged(what, { results: gets })).toEqual({ median: 20, verdict: 'met', note: 'unstorage fs' });
    const slower = gets.map((one) =>
      one.subject === 'unstorage fs' ? { ...one, nanosecondsByRound: [170, 360, 150] } : one,
    );
    expect(judged(what, { results: slower })).toMatchObject({ median: 10, verdict: 'short, as promised' });
    const slowest = gets.map((one) =>
      one.subject === 'unstorage fs' ? { ...one, nanosecondsByRound: [85, 180, 75] } : one,
    );
    expect(judged(what, { results: slowest })).toMatchObject({ median: 5, verdict: 'short' });
  });

  it('what is promised instead of an aim is within reach, and less than it', () => {
    for (const { what, sense, aim, promise = aim } of bars) {
      expect(sense === 'at most' ? promise >= aim : promise <= aim, what).toBe(true);
    }
  });

  it('the fastest that copies is a peer that copies, and none of ours', () => {
    const results = row('memory', '536 B', 'get', {
      'lru-cache, awaited': [1, 1, 1],
      'cache-memory lru clone': [10, 10, 10],
      'cache-memory lru reference': [2, 2, 2],
      'cache-memory fifo reference': [2.5, 2.5, 2.5],
      'quick-lru': [1, 1, 1],
      cacheable: [60, 60, 60],
      keyv: [90, 90, 90],
    });
    expect(
      judged('cache-memory: times faster in get of a clone than the fastest peer that copies', { results }),
    ).toEqual({ median: 6, verdict: 'met', note: 'cacheable' });
    expect(judged('cache-memory: get by reference, slowest policy / lru-cache, awaited', { results })).toEqual({
      median: 2.5,
      verdict: 'met',
      note: 'cache-memory fifo reference',
    });
  });

  it('figures of scenarios are looked up by their lines', () => {
    const measured = {
      scenarios: [
        named('full memory', [figure('set, sieve, 1,000,000 entries', 'µs', [3, 3, 3], [1, 1, 1])]),
        named('processes', [figure('cache-fs, 4 processes', '1/s', [190, 150, 170], [100, 100, 100])]),
        named('start', [figure('cache-fs, above it', 'ms', [26, 26, 26])]),
        named('cleanup', [figure('delay, 99th percentile', 'ms', [4])]),
      ],
    };
    expect(judged('cache-memory: set, full, sieve, 1,000,000 entries / 1,000', measured)).toMatchObject({
      median: 3,
      verdict: 'short, as promised',
    });
    expect(judged('cache-fs: reads of 4 processes / of one', measured)).toMatchObject({
      median: 1.7,
      verdict: 'met, near',
    });
    expect(judged('cache-fs: start to the first get, above bare Node', measured)).toMatchObject({
      median: 26,
      verdict: 'short, as promised',
    });
    expect(judged('cache-fs: delay of the event loop in a cleanup of 100,000, 99 %', measured).verdict).toBe('met');
  });

  it('the table has aim, promise, measured, spread and verdict', () => {
    const text = textTable(barsTable(judge(bars, report({ results: gets }))));
    expect(text).toMatch(/^Bars +aimed at +promised +measured +verdict +compared with$/m);
    expect(text).toMatch(/^cache-fs: get from disk \/ raw read and parse +at most 1\.8 +1\.70 +±4% +met$/m);
    expect(text).toMatch(
      /get from disk than the fastest peer with files +at least 15 +at least 6 +20\.0 +met +unstorage fs$/m,
    );
    expect(text).toMatch(
      /^cache-fs: start to the first get, above bare Node +at most 25 ms +at most 30 ms +not measured$/m,
    );
  });
});
