import type { CacheConfig, CacheStrategy, StrategyContext } from '@glovebox/cache-config';
import { builtInStrategies } from '@glovebox/cache-config';

/** A strategy that remembers what it was asked for, and keeps entries in memory. */
export function capturingStrategy(storeOf?: CacheStrategy['storeOf']) {
  const calls: { config: CacheConfig; context: StrategyContext }[] = [];
  const strategy: CacheStrategy = {
    create(config, context) {
      calls.push({ config, context });
      return builtInStrategies.disabled.create(config, context);
    },
    ...(storeOf === undefined ? {} : { storeOf }),
  };
  return { strategy, calls };
}
