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
  };
}

export default await fileTarget(new URL(import.meta.url).searchParams.get('fault') ?? undefined);
