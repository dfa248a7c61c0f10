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
    const filesystem = 5;
    const isolations = 3;
    const subjects = filesystem + 2 + EVICTION_POLICIES.length * isolations;
    expect(measurementsIn(planFor())).toBe(subjects * 7 * 5);
    expect(new Set(labels(planFor())).size).toBe(subjects * 7 * 5);
  });

  it('takes only values of 536 bytes in a quick run', () => {
    expect(planFor('--quick').map(({ kind }) => kind.name)).toEqual(['536 B', '536 B']);
  });

  it('keeps what holds all filters in its label, and always the reference', () => {
    expect(labels(planFor('--filter', 'MEMORY / 20 B / get /', '--filter', 'sieve clone'))).toEqual([
      'memory / 20 B / get / lru-cache, awaited',
      'memory / 20 B / get / cache-memory sieve clone',
    ]);
    expect(labels(planFor('--filter', '/ 64 KB / delete / raw files'))).toEqual(['files / 64 KB / delete / raw files']);
  });

  it('refuses filters that leave nothing', () => {
    expect(() => planFor('--filter', 'memcached')).toThrow(UsageError);
    expect(() => planFor('--quick', '--filter', '1 MB')).toThrow('536');
  });
});

describe('parseOptions', () => {
  it.each([['--speed'], ['now'], ['--budget', '0'], ['--budget', 'soon'], ['--budget', ''], ['--filter']])(
    'refuses %s %s',
    (...args) => {
      expect(() => parseOptions(args)).toThrow(UsageError);
    },
  );
});
