import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { BaseCacheOptions } from '@glovebox/cache-core';
import type { ConformanceTarget, StoreContext } from '@glovebox/cache-testkit';
import { FileCache } from './file-cache.ts';

type FileCacheClass = new (options: BaseCacheOptions, context: StoreContext) => FileCache;

/** The target of `FileCache`, or of one of the broken ones in `broken/`, for this process and others. */
export async function fileTarget(fault?: string): Promise<ConformanceTarget> {
  const Cache: FileCacheClass = fault === undefined ? FileCache : (await import(`./broken/${fault}.ts`)).BrokenCache;
  return {
    name: fault ?? 'file',
    module: `${new URL('./file-target.ts', import.meta.url)}${fault === undefined ? '' : `?fault=${fault}`}`,
    create: (config, context) => new Cache({ ...config, clock: context.clock }, context),
    overshoot: () => 0,
    leftovers: {
      list: ({ directory }) => readdirSync(join(directory, 'tmp')),
      age(seconds, { directory }) {
        const then = Date.now() / 1_000 - seconds;
        for (const name of readdirSync(join(directory, 'tmp'))) utimesSync(join(directory, 'tmp', name), then, then);
      },
    },
  };
}

export default await fileTarget(new URL(import.meta.url).searchParams.get('fault') ?? undefined);
