import type { Command, CommandOf, Draft } from './command.js';
import { evictions } from './eviction.js';
import { anyFrom, type Expected, exactly } from './expected.js';
import type { ModelEntry, World } from './world.js';

/** What a right cache may answer, and the world it then is in. */
export interface Outcome {
  readonly answer: Expected;
  readonly world: World;
}

/** What a command does, in a world of its own. */
type Rule<C extends Command> = (world: World, command: C) => Outcome[];

/** What `get` of a missing key is asked to give instead. */
export const DEFAULT_VALUE = 'the default';
/** What a failing factory throws. */
export const FACTORY_FAULT = 'the factory failed';

/** The contract of a cache, command by command: the whole of what the model knows. */
const RULES: { readonly [Op in Command['op']]: Rule<CommandOf<Op>> } = {
  get: (world, { key }) => answered(world, valueIn(world.read(key))),
  getOrDefault: (world, { key }) => answered(world, valueIn(world.read(key), DEFAULT_VALUE)),
  lookup: (world, { key }) => {
    const entry = world.read(key);
    if (entry === undefined) return answered(world, { hit: false });
    return answered(world, { hit: true, value: valueIn(entry), metadata: world.describe(entry) });
  },
  getMany: (world, { keys }) => {
    const found = new Map<string, unknown>();
    for (const key of keys) {
      const entry = world.read(key);
      if (entry !== undefined) found.set(key, valueIn(entry));
    }
    return answered(world, [...found]);
  },

  // Asking touches nothing.
  exists: (world, { key }) => answered(world, world.live.has(key)),
  getMetadata: (world, { key }) => {
    const entry = world.live.get(key);
    return answered(world, entry === undefined ? undefined : world.describe(entry));
  },
  keys: (world, { prefix = '' }) =>
    answered(world, [...world.live.keys()].filter((key) => key.startsWith(prefix)).sort()),

  set: (world, command) => {
    const { isStored, worlds } = store(world, command);
    return worlds.flatMap((after) => answered(after, isStored));
  },
  setMany: (world, { drafts }) => {
    let outcomes = [{ world, stored: 0 }];
    for (const draft of drafts) {
      outcomes = outcomes.flatMap(({ world: before, stored }) => {
        const { isStored, worlds } = store(before, draft);
        return worlds.map((after) => ({ world: after, stored: stored + (isStored ? 1 : 0) }));
      });
    }
    return outcomes.flatMap(({ world: after, stored }) => answered(after, stored));
  },
  getOrSet: (world, { plan, ...draft }) => {
    const hit = world.read(draft.key);
    if (hit !== undefined) return answered(world, { value: valueIn(hit), factoryRuns: 0 });
    if (plan === 'throws') return answered(world, { error: FACTORY_FAULT, factoryRuns: 1 });
    if (plan === 'returns undefined') return answered(world, { value: undefined, factoryRuns: 1 });
    // The caller gets the value whether or not there is room for it.
    const answer = { value: draft.sample.make(), factoryRuns: 1 };
    return store(world, draft).worlds.flatMap((after) => answered(after, answer));
  },

  delete: (world, { key }) => answered(world, world.delete(key)),
  deleteMany: (world, { keys }) => answered(world, keys.filter((key) => world.delete(key)).length),
  clear: (world) => {
    world.clear();
    return answered(world, undefined);
  },
  cleanup: (world) => {
    // Work in the background, such as the timer's, may be quicker with some of them.
    const answer = anyFrom(0, world.seen.held);
    world.expired.clear();
    return [{ answer, world }];
  },

  advance: (world, { milliseconds }) => {
    world.advance(milliseconds);
    return answered(world, undefined);
  },
  reopen: (world) => {
    world.restart();
    return answered(world, undefined);
  },
  // A caller's mistake rejects, and changes nothing.
  mistake: (world, { mistake }) => answered(world, CODES[mistake]),
};

const CODES = {
  'set of undefined': 'CACHE_UNSERIALIZABLE',
  'set with a ttl of 0': 'CACHE_INVALID_TTL',
  'set of a function': 'CACHE_UNSERIALIZABLE',
  'get of an empty key': 'CACHE_INVALID_KEY',
} as const;

/** What the command may come to, begun in this world. */
export function outcomesOf(world: World, command: Command): Outcome[] {
  // The table has a rule of exactly this command's type, which an index by a union can't say.
  const rule = RULES[command.op] as Rule<Command>;
  return rule(world.copy(), command);
}

/** Stores an entry, and makes room for it. Refused: what does not fit at all, or what the policy `ttl` has no room for. */
function store(world: World, draft: Draft): { readonly isStored: boolean; readonly worlds: World[] } {
  if (!fits(world, draft)) {
    const after = world.copy();
    after.counts.errorCount++;
    return { isStored: false, worlds: [after] };
  }
  const worlds = survivingCounts(world, draft.key).flatMap((accessCount) => {
    const after = world.copy();
    after.put(draft, accessCount);
    after.counts.setCount++;
    return evictions(after, draft.key);
  });
  return { isStored: true, worlds };
}

function fits({ live, liveBytes, settings }: World, { key, sample }: Draft): boolean {
  const sizeBytes = settings.sizeOf(sample);
  if (sizeBytes > settings.maxSizeBytes) return false;
  if (settings.policy !== 'ttl') return true;
  // This policy never removes a live entry: an overwrite takes the room of what it replaces, a new key needs its own.
  const replaced = live.get(key);
  return (
    live.size + (replaced === undefined ? 1 : 0) <= settings.maxEntries &&
    liveBytes - (replaced?.sizeBytes ?? 0) + sizeBytes <= settings.maxSizeBytes
  );
}

/**
 * The accesses that a key keeps when it is written: those it has had while it stayed in the cache. An expired entry may
 * have stayed or not.
 */
function survivingCounts({ live, expired }: World, key: string): readonly number[] {
  const known = live.get(key);
  if (known !== undefined) return [known.accessCount];
  return [...new Set([0, expired.get(key)?.accessCount ?? 0])];
}

function answered(world: World, answer: unknown): Outcome[] {
  return [{ answer: exactly(answer), world }];
}

/** The value of an entry: equal to what was stored, of its own type. */
function valueIn(entry: ModelEntry | undefined, missing?: unknown): unknown {
  return entry === undefined ? missing : entry.sample.make();
}
