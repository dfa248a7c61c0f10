import type { DraftOptions } from './command.js';
import { evictions } from './eviction.js';
import type { ModelEntry, Writing } from './model-entry.js';
import type { Sample } from './samples.js';
import type { World } from './world.js';

export function writing(sample: Sample, { ttlSeconds, tags = [], sliding = false }: DraftOptions): Writing {
  return { sample, ttlSeconds, tags, graceMs: 0, isSliding: sliding };
}

/** What an entry becomes: its expiry, grace and tags stay as they are where the options are silent. */
export function change(world: World, before: ModelEntry | undefined, sample: Sample, options: DraftOptions): Writing {
  if (before === undefined) return writing(sample, options);
  const leftSeconds = before.ttlSeconds === null ? null : (before.expiresAt - world.now) / 1_000;
  // A change is a read too: it extends what reads extend.
  const keptSeconds = before.isSliding ? before.ttlSeconds : leftSeconds;
  const { ttlSeconds = keptSeconds, tags = before.tags, sliding = before.isSliding } = options;
  return { sample, ttlSeconds, tags, graceMs: before.graceMs, isSliding: sliding };
}

/** Stores an entry, and makes room for it. Refused: what does not fit at all, or what the policy `ttl` has no room for. */
export function store(
  world: World,
  id: string,
  what: Writing,
): { readonly isStored: boolean; readonly worlds: World[] } {
  if (!fits(world, id, what)) {
    const after = world.copy();
    after.count('errorCount', id);
    // Room may have been sought among what has expired.
    if (world.settings.policy === 'ttl') after.makeRoom();
    return { isStored: false, worlds: [after] };
  }
  const worlds = survivingCounts(world, id).flatMap((accessCount) => {
    const after = world.copy();
    after.put(id, what, accessCount);
    after.count('setCount', id);
    return evictions(after, id);
  });
  return { isStored: true, worlds };
}

function fits({ live, liveBytes, settings }: World, id: string, { sample }: Writing): boolean {
  const sizeBytes = settings.sizeOf(sample);
  if (sizeBytes > settings.maxSizeBytes) return false;
  if (settings.policy !== 'ttl') return true;
  // This policy never removes a live entry: an overwrite takes the room of what it replaces, a new key needs its own.
  const replaced = live.get(id);
  return (
    live.size + (replaced === undefined ? 1 : 0) <= settings.maxEntries &&
    liveBytes - (replaced?.sizeBytes ?? 0) + sizeBytes <= settings.maxSizeBytes
  );
}

/**
 * The accesses that a key keeps when it is written: those it has had while it stayed in the cache. An expired entry,
 * or an invalidated one, may have stayed or not.
 */
function survivingCounts({ live, hidden }: World, id: string): readonly number[] {
  const known = live.get(id);
  if (known !== undefined) return [known.accessCount];
  return [...new Set([0, hidden.get(id)?.accessCount ?? 0])];
}
