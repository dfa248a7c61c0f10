import type { CacheStats } from '@glovebox/cache-core';
import { anyFrom, type Expected, exactly } from './expected.js';
import { bytesOf, type ModelEntry } from './model-entry.js';
import { isIn, type Space } from './space.js';
import type { World } from './world.js';

/** What a namespace says of itself: its counters to the last one, its totals as far as they are promised. */
export function expectedStats(world: World, space: Space): Expected {
  const own = (entries: Iterable<ModelEntry>) => [...entries].filter(({ id }) => isIn(space, id));
  const live = own(world.live.values());
  const least = [...live, ...own(world.mustBeHeld)];
  const most = [...live, ...own(world.hidden.values())];
  const fields: readonly (readonly [string, Expected])[] = [
    ...Object.entries(world.countsIn(space)).map(([name, count]) => [name, exactly(count)] as const),
    ['totalEntries', anyFrom(least.length, most.length)],
    ['totalSizeBytes', anyFrom(bytesOf(least), bytesOf(most))],
  ];
  return {
    compare(actual) {
      const stats = actual as CacheStats;
      for (const [name, field] of fields) {
        const mismatch = field.compare(Reflect.get(stats, name));
        if (mismatch !== undefined)
          return { ...mismatch, expected: `to have ${name} ${mismatch.expected.replace('to be', 'of')}` };
      }
      return undefined;
    },
  };
}
