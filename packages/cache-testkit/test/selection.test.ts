import { type CacheManager, ForwardingCache } from '@glovebox/cache-core';
import { type CheckGroup, type ConformanceTarget, registerConformance, runConformance } from '@glovebox/cache-testkit';
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

/** A cache of one's own making, that does not say what it is made of. */
class OpaqueCache extends ForwardingCache {
  readonly name = 'opaque';
  readonly #cache: CacheManager;

  constructor(cache: CacheManager) {
    super();
    this.#cache = cache;
  }

  get capabilities() {
    return this.#cache.capabilities;
  }

  namespace(name: string): CacheManager {
    return this.#cache.namespace(name);
  }

  close(): Promise<void> {
    return this.#cache.close();
  }

  protected override target(): CacheManager {
    return this.#cache;
  }
}

describe('checks of typed caches', () => {
  it('are not asked of a cache that can not be viewed through a schema, and the report says why', async () => {
    const create: ConformanceTarget['create'] = async (config, context) =>
      new OpaqueCache(await target.create(config, context));
    const opaque = { ...target, create };
    const report = await runConformance(opaque, { groups: ['typed'], configurations: ['default'] });
    expect(new Set(report.results.map(({ status }) => status))).toEqual(new Set(['skipped']));
    expect(report.toText()).toContain('not asked: needs a cache built on BaseCacheManager, or a view of one');
  });
});
