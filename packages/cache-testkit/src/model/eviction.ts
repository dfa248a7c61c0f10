import type { EvictionPolicy } from '@glovebox/cache-core';
import type { ModelEntry } from './model-entry.js';
import type { World } from './world.js';

/** Share of a limit that an eviction may free, so that its cost is paid once for many writes. */
const FREED_SHARE = 0.1;

type Order = (a: ModelEntry, b: ModelEntry) => number;

const byLastUse: Order = (a, b) => a.lastAccessedAt - b.lastAccessedAt;

/** Negative: `a` goes before `b`. Zero: either may, since stores keep dates to the millisecond. */
const ORDERS: Readonly<Record<EvictionPolicy, Order>> = {
  lru: byLastUse,
  lfu: (a, b) => a.accessCount - b.accessCount || byLastUse(a, b),
  fifo: (a, b) => a.createdAt - b.createdAt,
  ttl: () => 0,
  // What goes by these depends on more than an entry's dates and reads: any may.
  sieve: () => 0,
  's3-fifo': () => 0,
  'w-tinylfu': () => 0,
};

/** Whether what is live is within the limits. Expired entries go first, and so never make a live one go. */
function isWithinLimits({ live, liveBytes, settings }: World): boolean {
  return live.size <= settings.maxEntries && liveBytes <= settings.maxSizeBytes;
}

/**
 * The worlds after an eviction. It goes by the order of the policy, spares the entry just written, goes on until both
 * limits are kept, and may go on until a tenth of each is free.
 */
export function evictions(world: World, writtenId: string): World[] {
  if (isWithinLimits(world)) return [world];
  const found: World[] = [];
  let worlds = [world];
  while (worlds.length > 0) {
    // Entries of the same place in the order may go one by one either way: the same ones left are the same world.
    const next = new Map<string, World>();
    for (const candidate of worlds) {
      if (isWithinLimits(candidate)) found.push(candidate);
      if (hasFreedEnough(candidate)) continue;
      for (const { id } of firstToGo(candidate, writtenId)) {
        const without = candidate.copy();
        without.live.delete(id);
        without.count('evictionCount', id);
        next.set(JSON.stringify([...without.live.keys()]), without);
      }
    }
    worlds = [...next.values()];
  }
  return found;
}

/** The entries before which no other one goes: one, unless nobody can tell them apart. */
function firstToGo({ live, settings }: World, writtenId: string): ModelEntry[] {
  const order = ORDERS[settings.policy];
  const candidates = [...live.values()].filter(({ id }) => id !== writtenId);
  return candidates.filter((entry) => candidates.every((other) => order(other, entry) >= 0));
}

function hasFreedEnough({ live, liveBytes, settings }: World): boolean {
  return live.size <= lowWaterMark(settings.maxEntries) && liveBytes <= lowWaterMark(settings.maxSizeBytes);
}

function lowWaterMark(limit: number): number {
  return Number.isFinite(limit) ? limit - Math.floor(limit * FREED_SHARE) : limit;
}
