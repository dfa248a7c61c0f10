import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CHECK_GROUPS, CONFIGURATIONS, type ConformanceTarget, registerConformance } from '@glovebox/cache-testkit';
import { SqliteCache } from '@glovebox/example-custom-backend';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import processTarget from './process-target.ts';

const target: ConformanceTarget = {
  ...processTarget,
  breakStore({ directory }) {
    const database = new DatabaseSync(join(directory, 'cache.db'));
    database.exec('ALTER TABLE entries RENAME TO aside');
    return () => {
      database.exec('ALTER TABLE aside RENAME TO entries');
      database.close();
    };
  },
};

// SQLite syncs each new database to the disk, which takes longer than the checks: both configurations in long runs only.
const isFull = process.env.GLOVEBOX_TEST_FULL === '1';
const scale = isFull ? 'full' : 'quick';

const groups = CHECK_GROUPS.filter((group) => group !== 'crashes');
registerConformance({ describe, it }, target, {
  groups,
  configurations: isFull ? CONFIGURATIONS : ['tightest'],
  scale,
});
// Some kills of each operation are enough: what happens between its calls is SQLite's own.
if (isFull) registerConformance({ describe, it }, target, { groups: ['crashes'] });
// Several processes take part in the default configuration only: of these, what SQLite alone does not decide.
if (!isFull) {
  const checks = ['open-at-once', 'fresh-reads', 'cleanup-spares-new-values', 'limit-in-turns'];
  registerConformance({ describe, it }, target, { checks: checks.map((name) => `processes/${name}`) });
}

describe('SqliteCache', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sqlite-cache-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('shares one file between instances', async () => {
    const file = join(directory, 'cache.db');
    await using first = new SqliteCache({ file, maxEntries: 100 });
    await using second = new SqliteCache({ file });
    await first.set('layout', { keys: 80 }, { ttl: '1h', tags: ['glove80'] });
    expect(await second.get('layout')).toEqual({ keys: 80 });
    expect(await second.getMetadata('layout')).toMatchObject({ ttlSeconds: 3_600, tags: ['glove80'] });
  });

  it('names a misspelt option, and the file it cannot open', () => {
    const file = join(directory, 'cache.db');
    const misspelt = { file, maxEntrys: 5 };
    expect(() => new SqliteCache(misspelt)).toThrow(/did you mean 'maxEntries'/);
    expect(() => new SqliteCache({ file: join(directory, 'missing', 'cache.db') })).toThrow(/unable to open/);
  });

  it('takes a damaged row for a miss, counts it and removes it', async () => {
    const file = join(directory, 'cache.db');
    await using cache = new SqliteCache({ file });
    await cache.set('key', { a: 1 });
    const database = new DatabaseSync(file);
    database.exec(`UPDATE entries SET data = '{"a":'`);
    database.close();
    expect(await cache.get('key')).toBeUndefined();
    expect((await cache.getStats()).errorCount).toBe(1);
    expect((await cache.getStats()).totalEntries).toBe(0);
  });
});
