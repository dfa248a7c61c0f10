import { readFileSync } from 'node:fs';
import { CHECK_GROUPS, CHECKS, type Gate } from '@glovebox/cache-testkit';
import { describe, expect, it } from 'vitest';
import { checkTable, TABLE_FILE } from '../scripts/check-table.mjs';

describe('the checks', () => {
  it('have ids of their own, of their group and in kebab-case', () => {
    const ids = CHECKS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, group } of CHECKS) expect(id).toMatch(new RegExp(`^${group}/[a-z0-9]+(-[a-z0-9]+)*$`));
  });

  it('promise one thing each, in a sentence', () => {
    const promises = CHECKS.map(({ promise }) => promise);
    expect(new Set(promises).size).toBe(promises.length);
    for (const promise of promises) expect(promise).toMatch(/^.{20,160}\.$/);
  });

  it('are more than a hundred, in every group', () => {
    expect(CHECKS.length).toBeGreaterThan(100);
    for (const group of CHECK_GROUPS) expect(CHECKS.filter((check) => check.group === group)).not.toHaveLength(0);
  });

  it('of keys, values, ttl, stats and lifecycle are asked of every cache', () => {
    // What a value may hold depends on whether it is copied; instants on whose clock it is. Nothing else does.
    const harmless: readonly Gate[] = ['copies', 'exactClock'];
    const groups = ['keys', 'values', 'ttl', 'stats', 'lifecycle'];
    const gated = CHECKS.filter(
      ({ group, needs }) => groups.includes(group) && needs.some((gate) => !harmless.includes(gate)),
    );
    expect(gated.map(({ id }) => id)).toEqual([]);
  });

  it('are listed in CHECKS.md; run `node scripts/check-table.mjs` to bring it up to date', () => {
    expect(readFileSync(TABLE_FILE, 'utf8')).toBe(checkTable());
  });
});
