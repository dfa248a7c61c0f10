import {
  baseOptionRules,
  CacheError,
  checkOptions,
  describeValue,
  nearestName,
  optionRules,
  parseDuration,
  parseTtl,
} from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';

describe('checkOptions', () => {
  const check = (options: unknown) => checkOptions('createCache()', options, baseOptionRules);
  const message = (options: unknown): string => {
    try {
      check(options);
    } catch (error) {
      expect(error).toBeInstanceOf(CacheError);
      expect(error).toMatchObject({ code: 'CACHE_INVALID_CONFIG' });
      return String(error);
    }
    throw new Error('nothing was thrown');
  };

  it('takes what every backend takes, and undefined for left out', () => {
    check({});
    check({ maxEntries: undefined, logger: undefined });
    check({ defaultTtl: '5m', maxEntries: 1, maxSizeBytes: 1, evictionPolicy: 'fifo', cleanupIntervalSeconds: 0 });
    check({ defaultTtl: null, cleanupIntervalSeconds: null, logger: console });
  });

  it.each([
    [{ maxEntrys: 5 }, 'maxEntries'],
    [{ max_entries: 5 }, 'maxEntries'],
    [{ MaxSizeBytes: 5 }, 'maxSizeBytes'],
    [{ evictonPolicy: 'lru' }, 'evictionPolicy'],
    [{ defaultTTL: 5 }, 'defaultTtl'],
    [{ evictionPolicy: 'lur' }, 'lru'],
    [{ evictionPolicy: 'LFU' }, 'lfu'],
  ])('says for %o the nearest name, %s', (options, name) => {
    expect(message(options)).toContain(`did you mean '${name}'?`);
  });

  it('says all names when none is near', () => {
    expect(message({ colour: 1 })).toMatch(/"colour".*defaultTtl, maxEntries/);
    expect(message({ __proto__: null, constructor: 1 })).toContain('"constructor"');
  });

  it.each([
    [{ maxEntries: 0 }, 'maxEntries is 0'],
    [{ maxEntries: 1.5 }, 'maxEntries is 1.5'],
    [{ maxEntries: '5' }, 'maxEntries is "5"'],
    [{ maxSizeBytes: Number.POSITIVE_INFINITY }, 'maxSizeBytes is Infinity'],
    [{ maxSizeBytes: Number.NaN }, 'maxSizeBytes is NaN'],
    [{ maxEntries: null }, 'maxEntries is null'],
    [{ defaultTtl: 0 }, 'defaultTtl is 0'],
    [{ defaultTtl: 'soon' }, 'defaultTtl is "soon"'],
    [{ evictionPolicy: 'random' }, 'evictionPolicy is "random"'],
    [{ cleanupIntervalSeconds: -1 }, 'cleanupIntervalSeconds is -1'],
    [{ cleanupIntervalSeconds: Number.NaN }, 'cleanupIntervalSeconds is NaN'],
    [{ clock: {} }, 'clock is of type object'],
    [{ logger: () => {} }, 'logger is of type function'],
  ])('says for %o what was found and what is allowed', (options, found) => {
    expect(message(options)).toContain(`createCache(): ${found}; allowed is `);
  });

  it.each([null, undefined, 5, 'text', []])('refuses %o for options', (options) => {
    expect(message(options)).toContain('allowed is an object');
  });
});

describe('optionRules', () => {
  it('take and refuse what they say', () => {
    expect(optionRules.boolean(false)).toBeUndefined();
    expect(optionRules.boolean(0)).toBeTypeOf('string');
    expect(optionRules.text('a')).toBeUndefined();
    expect(optionRules.text('')).toBeTypeOf('string');
    expect(optionRules.oneOf('a', 1)(1)).toBeUndefined();
    expect(optionRules.oneOf('a', 1)('1')).toBeTypeOf('string');
  });
});

describe('describeValue', () => {
  it.each([
    ['text', '"text"'],
    ['x'.repeat(100), `"${'x'.repeat(60)}…"`],
    [null, 'null'],
    [[1, 2], 'an array'],
    [{ secret: 1 }, 'of type object'],
    [() => 1, 'of type function'],
    [5n, '5'],
    [Symbol('s'), 'Symbol(s)'],
  ])('of %o is %s', (value, text) => {
    expect(describeValue(value)).toBe(text);
  });
});

describe('durations', () => {
  it.each([
    ['250ms', 0.25],
    ['30s', 30],
    ['5m', 300],
    ['1.5h', 5_400],
    ['7d', 604_800],
    ['0s', 0],
  ])('%s are %s seconds', (text, seconds) => {
    expect(parseDuration(text)).toBeCloseTo(seconds, 9);
  });

  it.each(['', '5', 's', '-5s', '+5s', '5 s', ' 5s', '5S', '5w', '1e3s', '.5s', '5.s', '5s5s', '5s\n', '٥s'])(
    '%o is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
      expect(() => parseTtl(text as '5s')).toThrow(expect.objectContaining({ code: 'CACHE_INVALID_TTL' }));
    },
  );

  it('go up to a thousand years, and say the key they were meant for', () => {
    expect(parseTtl('365000d')).toBe(31_536_000_000);
    expect(() => parseTtl('365001d', 'a')).toThrow(expect.objectContaining({ code: 'CACHE_INVALID_TTL', key: 'a' }));
    expect(() => parseTtl(`${'9'.repeat(1_000)}s` as '9s')).toThrow(/…/);
    expect(parseTtl(null)).toBeNull();
  });
});

describe('nearestName', () => {
  const names = ['maxEntries', 'maxSizeBytes', 'ttl'];

  it.each([
    ['maxEntreis', 'maxEntries'],
    ['max-entries', 'maxEntries'],
    ['MAXENTRIES', 'maxEntries'],
    ['tll', 'ttl'],
    ['ttls', 'ttl'],
  ])('of %s is %s', (name, nearest) => {
    expect(nearestName(name, names)).toBe(nearest);
  });

  it.each(['', 'x', 'abc', 'maximum', 'x'.repeat(100_000)])('of %.10s is none', (name) => {
    expect(nearestName(name, names)).toBeUndefined();
  });
});
