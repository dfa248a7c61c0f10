import { readdirSync } from 'node:fs';
import type { BaseCacheOptions } from '@glovebox/cache-core';
import { runConformance, type StoreContext } from '@glovebox/cache-testkit';
import { describe, expect, it } from 'vitest';
import { type ReferenceCache, targetOf } from './reference-cache.js';

interface Broken {
  /** A right cache but for one fault. */
  readonly BrokenCache: new (
    options: BaseCacheOptions,
    context: StoreContext,
  ) => ReferenceCache;
  /** The checks that name the fault. */
  readonly caughtBy: readonly string[];
}

const faults = readdirSync(new URL('broken', import.meta.url)).map((file) => file.replace(/\.ts$/, ''));

describe('a broken cache fails by the checks that name its fault', () => {
  it.each(faults)('%s', async (fault) => {
    const { BrokenCache, caughtBy }: Broken = await import(`./broken/${fault}.ts`);
    const target = { ...targetOf(fault, BrokenCache), timeoutSeconds: 1 };
    const report = await runConformance(target, { checks: caughtBy, configurations: ['default'] });
    const failed = report.results.filter(({ status }) => status === 'failed').map(({ id }) => id);
    expect(failed.sort()).toEqual([...caughtBy].sort());
  });
});
