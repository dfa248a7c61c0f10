import type { CacheMetadata } from '@glovebox/cache-core';
import type { Answered, CommandOf, FunctionPlan, ListedOptions } from './command.js';
import { anyFrom, type Expected, exactly } from './expected.js';
import type { ModelEntry, Writing } from './model-entry.js';
import { numberSample } from './samples.js';
import { idOf, isIn, type Space } from './space.js';
import { expectedStats } from './space-stats.js';
import { change, store, writing } from './storing.js';
import type { World } from './world.js';

/** What a right cache may answer, and the world it then is in. */
export interface Outcome {
  readonly answer: Expected;
  readonly world: World;
}

/**
 * What a command does to the world that it is given. Several outcomes share none.
 * @param at the id of a key where the command is given
 */
type Rule<C extends Answered> = (world: World, command: C, at: (key: string) => string) => Outcome[];

/** What `get` of a missing key is asked to give instead. */
export const DEFAULT_VALUE = 'the default';
/** What a failing factory, or function of an `update`, throws. */
export const FUNCTION_FAULT = 'the function failed';

/** The contract of a cache, command by command: the whole of what the model knows. */
const RULES: { readonly [Op in Answered['op']]: Rule<CommandOf<Op>> } = {
  get: (world, { key }, at) => answered(world, valueIn(world.read(at(key)))),
  getOrDefault: (world, { key }, at) => answered(world, valueIn(world.read(at(key)), DEFAULT_VALUE)),
  lookup: (world, { key }, at) => {
    const id = at(key);
    const entry = world.read(id);
    if (entry === undefined) return answered(world, { hit: false });
    const { unextendedExpiresAt } = entry;
    const value = valueIn(entry);
    return [entry.expiresAt, ...(unextendedExpiresAt === undefined ? [] : [unextendedExpiresAt])].flatMap(
      (expiresAt) => {
        const after = world.copy();
        const found = { ...entry, expiresAt, unextendedExpiresAt: undefined };
        after.live.set(id, found);
        return answered(after, { hit: true, value, metadata: after.describe(found) });
      },
    );
  },
  getMany: (world, { keys }, at) => {
    const found = new Map<string, unknown>();
    for (const key of keys) {
      const entry = world.read(at(key));
      if (entry !== undefined) found.set(key, valueIn(entry));
    }
    return answered(world, [...found]);
  },

  // Asking touches nothing.
  exists: (world, { key }, at) => answered(world, world.live.has(at(key))),
  getMetadata: (world, { key }, at) => {
    const entry = world.live.get(at(key));
    return answered(world, entry === undefined ? undefined : world.describe(entry));
  },
  keys: (world, { space, options }) =>
    answered(
      world,
      listed(world, space, options).map(({ key }) => key),
    ),
  entries: (world, { space, options }) => answered(world, listed(world, space, options)),
  getStats: (world, { space }) => [{ answer: expectedStats(world, space), world }],

  set: (world, { key, sample, options }, at) => {
    const { isStored, worlds } = store(world, at(key), writing(sample, options));
    return worlds.flatMap((after) => answered(after, isStored));
  },
  setMany: (world, { drafts }, at) => {
    let outcomes = [{ world, stored: 0 }];
    for (const { key, sample, options } of drafts) {
      outcomes = outcomes.flatMap(({ world: before, stored }) => {
        const { isStored, worlds } = store(before, at(key), writing(sample, options));
        return worlds.map((after) => ({ world: after, stored: stored + (isStored ? 1 : 0) }));
      });
    }
    return outcomes.flatMap(({ world: after, stored }) => answered(after, stored));
  },
  getOrSet: (world, { key, plan, grace, sample, options }, at) => {
    const id = at(key);
    const hit = world.read(id);
    if (hit !== undefined) return answered(world, { value: valueIn(hit), given: [] });
    const run = { id, plan, what: { ...writing(sample, options), graceMs: grace.milliseconds } };
    const stale = world.stale(id, grace.milliseconds);
    return [
      ...(stale === undefined ? [] : computed(world.copy(), run, stale)),
      ...(stale !== undefined && world.isSurelyHeld(stale) ? [] : computed(world.copy(), run, undefined)),
    ];
  },

  setStream: (world, { key, sample, options, isFailing }, at) => {
    if (isFailing) return answered(world, { error: FUNCTION_FAULT });
    const { isStored, worlds } = store(world, at(key), writing(sample, options));
    return worlds.flatMap((after) => answered(after, isStored));
  },
  getStream: (world, { key }, at) => {
    const id = at(key);
    const held = world.live.get(id);
    // A mistake of the caller's, and no read.
    if (held !== undefined && !(valueIn(held) instanceof Uint8Array)) return answered(world, 'CACHE_WRONG_TYPE');
    const bytes = valueIn(world.read(id));
    return answered(world, bytes instanceof Uint8Array ? Buffer.from(bytes) : undefined);
  },

  // Of one caller at a time, a change is a look and a set.
  add: (world, { key, sample, options }, at) => {
    if (world.live.has(at(key))) return answered(world, false);
    const { isStored, worlds } = store(world, at(key), writing(sample, options));
    return worlds.flatMap((after) => answered(after, isStored));
  },
  update: (world, { key, plan, sample, options }, at) => {
    const before = world.live.get(at(key));
    const given = [valueIn(before)];
    if (plan === 'throws') return answered(world, { error: FUNCTION_FAULT, given });
    if (plan === 'returns undefined') return answered(world, { value: valueIn(before), given });
    const { isStored, worlds } = store(world, at(key), change(world, before, sample, options));
    const answer = { value: isStored ? sample.make() : undefined, given };
    return worlds.flatMap((after) => answered(after, answer));
  },
  increment: (world, { key, by = 1, options }, at) => {
    const before = world.live.get(at(key));
    const value = valueIn(before, 0);
    if (typeof value !== 'number') return answered(world, 'CACHE_WRONG_TYPE');
    const sum = value + by;
    const { isStored, worlds } = store(world, at(key), change(world, before, numberSample(sum), options));
    return worlds.flatMap((after) => answered(after, isStored ? sum : undefined));
  },
  touch: (world, { key, ttl }, at) => {
    const before = world.live.get(at(key));
    if (before === undefined) return answered(world, false);
    const { isStored, worlds } = store(world, at(key), { ...before, ttlSeconds: ttl.ttlSeconds });
    return worlds.flatMap((after) => answered(after, isStored));
  },
  take: (world, { key }, at) => {
    const id = at(key);
    const entry = world.read(id);
    // One that has expired may have been removed on the way.
    const hidden = world.hidden.get(id);
    if (hidden !== undefined && hidden.expiresAt <= world.now) {
      world.kept.delete(id);
      world.maybeDisplaced++;
    }
    if (entry !== undefined) world.delete(id);
    return answered(world, valueIn(entry));
  },

  invalidateTags: (world, { space, tags }) => {
    world.invalidate(space, tags);
    return answered(world, true);
  },
  delete: (world, { key }, at) => answered(world, world.delete(at(key))),
  deleteMany: (world, { keys }, at) => answered(world, keys.filter((key) => world.delete(at(key))).length),
  clear: (world, { space }) => {
    world.clear(space);
    return answered(world, undefined);
  },
  cleanup: (world) => {
    // Work in the background, such as the timer's, may be quicker with some of them.
    const answer = anyFrom(0, world.seen.held);
    world.cleanup();
    return [{ answer, world }];
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
  'update to a function': 'CACHE_UNSERIALIZABLE',
  'increment by NaN': 'CACHE_INVALID_CONFIG',
  'invalidateTags of a text': 'CACHE_INVALID_CONFIG',
  'set with sliding of 1': 'CACHE_INVALID_CONFIG',
  'setStream of texts': 'CACHE_UNSERIALIZABLE',
  'touch with a ttl of 0': 'CACHE_INVALID_TTL',
} as const;

/** What the command may come to, begun in this world, which is used up: it may become one of the outcomes. */
export function outcomesOf(world: World, command: Answered): Outcome[] {
  // The table has a rule of exactly this command's type, which an index by a union can't say.
  const rule = RULES[command.op] as Rule<Answered>;
  return rule(world, command, (key) => idOf(command.space, key));
}

interface FactoryRun {
  readonly id: string;
  readonly plan: FunctionPlan;
  readonly what: Writing;
}

/** A factory runs for a missing key. @param stale what is served if it fails */
function computed(world: World, { id, plan, what }: FactoryRun, stale: ModelEntry | undefined): Outcome[] {
  const given = [valueIn(stale)];
  if (plan === 'throws') {
    if (stale === undefined) return answered(world, { error: FUNCTION_FAULT, given });
    // No caller learns of the failure, so it is counted.
    world.count('errorCount', id);
    return answered(world, { value: valueIn(stale), given });
  }
  if (plan === 'returns undefined') return answered(world, { value: undefined, given });
  // The caller gets the value whether or not there is room for it.
  const answer = { value: what.sample.make(), given };
  return store(world, id, what).worlds.flatMap((after) => answered(after, answer));
}

/** What is known of the live entries of a space that a listing is asked for, sorted by key. */
function listed(world: World, space: Space | undefined, options: ListedOptions): CacheMetadata[] {
  const { prefix = '', tag, olderThan = 0, youngerThan = Number.POSITIVE_INFINITY } = options;
  return [...world.live.values()]
    .filter(({ id }) => isIn(space, id))
    .map((entry) => world.describe(entry))
    .filter(({ key, tags }) => key.startsWith(prefix) && (tag === undefined || tags.includes(tag)))
    .filter(({ ageSeconds }) => ageSeconds >= olderThan && ageSeconds < youngerThan)
    .sort(byKey);
}

export function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1;
}

function answered(world: World, answer: unknown): Outcome[] {
  return [{ answer: exactly(answer), world }];
}

/** The value of an entry: equal to what was stored, of its own type. */
function valueIn(entry: ModelEntry | undefined, missing?: unknown): unknown {
  return entry === undefined ? missing : entry.sample.make();
}
