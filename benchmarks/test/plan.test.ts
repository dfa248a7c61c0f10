import { EVICTION_POLICIES } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { parseOptions, UsageError } from '../src/options.js';
import { measurementsIn, plan, type Sitting } from '../src/plan.js';
import { groups } from '../src/subjects/index.js';

const planFor = (...args: string[]) => plan(groups, parseOptions(args));

function labels(sittings: readonly Sitting[]): string[] {
  return sittings.flatMap(({ group, kind, rows }) =>
    rows.flatMap(({ operation, subjects }) =>
      subjects.map(({ name }) => `${group.name} / ${kind.name} / ${operation.name} / ${name}`),
    ),
  );
}

describe('plan', () => {
  it('has every operation of every subject on every kind of value', () => {
    const all = groups.flatMap(({ reference, others }) => [reference, ...others]);
    const ofEachKind = all.filter(({ isForFirstKind }) => isForFirstKind !== true);
    expect(all.length - ofEachKind.length).toBe(EVICTION_POLICIES.length - 1);
    const holdingBytes = ofEachKind.filter(({ gives }) => gives.holds !== 'JSON');
    expect(holdingBytes.length).toBeLessThan(ofEachKind.length);
    // Seven operations on four kinds of JSON; on bytes one more.
    const expected = all.length * 7 + ofEachKind.length * 7 * 3 + holdingBytes.length * 8;
    expect(measurementsIn(planFor())).toBe(expected);
    expect(new Set(labels(planFor())).size).toBe(expected);
  });

  it('has cache-memory in each isolation and with each policy', () => {
    const names = groups[1]?.others.map(({ name }) => name);
    for (const isolation of ['clone', 'freeze', 'reference']) expect(names).toContain(`cache-memory lru ${isolation}`);
    for (const policy of EVICTION_POLICIES) expect(names).toContain(`cache-memory ${policy} reference`);
  });

  it('times single operations of reads and writes of the first kind of value', () => {
    const timed = planFor().flatMap(({ kind, rows }) =>
      rows.filter(({ isTimedEach }) => isTimedEach).map(({ operation }) => `${kind.name} ${operation.name}`),
    );
    expect(new Set(timed)).toEqual(new Set(['536 B get', '536 B set new']));
  });

  it('takes only values of 536 bytes in a quick run', () => {
    expect(planFor('--quick').map(({ kind }) => kind.name)).toEqual(['536 B', '536 B']);
  });

  it('keeps what holds all filters in its label, and always the reference', () => {
    expect(labels(planFor('--filter', 'MEMORY / 536 b / get /', '--filter', 'sieve reference'))).toEqual([
      'memory / 536 B / get / lru-cache, awaited',
      'memory / 536 B / get / cache-memory sieve reference',
    ]);
    expect(labels(planFor('--filter', '/ 64 KB / delete / raw files'))).toEqual(['files / 64 KB / delete / raw files']);
  });

  it('refuses filters that leave nothing', () => {
    expect(() => planFor('--filter', 'memcached')).toThrow(UsageError);
    expect(() => planFor('--quick', '--filter', '1 MB')).toThrow('536');
  });
});

describe('parseOptions', () => {
  it('refuses two answers to what is measured', () => {
    expect(() => parseOptions(['--bars', '--filter', 'get'])).toThrow(UsageError);
    expect(() => parseOptions(['--scenario', 'start', '--filter', 'get'])).toThrow(UsageError);
  });

  it.each([['--speed'], ['now'], ['--budget', '0'], ['--budget', 'soon'], ['--budget', ''], ['--filter']])(
    'refuses %s %s',
    (...args) => {
      expect(() => parseOptions(args)).toThrow(UsageError);
    },
  );
});
