import { type CheckGroup, registerConformance, runConformance } from '@glovebox/cache-testkit';
import { describe, expect, it } from 'vitest';
import { ReferenceCache, targetOf } from './reference-cache.js';

const target = targetOf('reference', ReferenceCache);
const noRunner = { describe: () => {}, it: () => {} };

function registering(skip: Record<string, string>): () => void {
  return () => registerConformance(noRunner, { ...target, skip });
}

describe('a skip', () => {
  it('of a check that does not exist is refused, with the nearest id', () => {
    expect(registering({ 'ttl/overwrite-restart': 'why not' })).toThrow(/did you mean 'ttl\/overwrite-restarts'\?/);
  });

  it('without a reason is refused', () => {
    expect(registering({ 'ttl/units': '' })).toThrow(/without a reason/);
    expect(registering({ 'ttl/units': '  ' })).toThrow(/without a reason/);
  });

  it('is refused by runConformance too', async () => {
    await expect(runConformance({ ...target, skip: { nonsense: 'x' } })).rejects.toThrow(/no check to skip/);
  });
});

describe('a selection', () => {
  it('runs what it names', async () => {
    const report = await runConformance(target, { groups: ['ttl', 'tags'], configurations: ['tightest'] });
    expect(new Set(report.results.map(({ group }) => group))).toEqual(new Set(['ttl', 'tags']));
    expect(new Set(report.results.map(({ configuration }) => configuration))).toEqual(new Set(['tightest']));
    expect(report.isPassed).toBe(true);
  });

  it('of names that do not exist is refused, with the nearest', async () => {
    const misspelt = 'value' as CheckGroup;
    await expect(runConformance(target, { groups: [misspelt] })).rejects.toThrow(/did you mean 'values'\?/);
    await expect(runConformance(target, { checks: ['ttl/unit'] })).rejects.toThrow(/did you mean 'ttl\/units'\?/);
    const tight = 'tight' as 'tightest';
    await expect(runConformance(target, { configurations: [tight] })).rejects.toThrow(/no configuration/);
  });

  it('plays the same with the same seed, in another order with another', async () => {
    const orderOf = async (seed: number) => {
      const order: string[] = [];
      await runConformance(target, { seed, groups: ['tags'], onProgress: ({ id }) => order.push(id) });
      return order;
    };
    expect(await orderOf(5)).toEqual(await orderOf(5));
    expect(await orderOf(5)).not.toEqual(await orderOf(6));
  });
});
