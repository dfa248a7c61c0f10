import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CacheCapabilities, type CacheManager, isCacheError } from '@glovebox/cache-core';
import { collect, listedKeys } from '../checks/helpers.js';
import { UnmetExpectation } from '../expect.js';
import type { Scene } from '../scene.js';
import { show } from '../show.js';
import type { CacheConfig } from '../target.js';
import type { Command, CommandOf, Draft, Mistake, Sequence } from './command.js';
import { DEFAULT_VALUE, FACTORY_FAULT, outcomesOf } from './contract.js';
import { KEYS } from './draw.js';
import { judgeKeys, judgeMetadata, judgeStats, type Verdict } from './observe.js';
import { type Sample, spoil } from './samples.js';
import { World } from './world.js';

/** Turns of the event loop that the removal of expired entries in the background may take to come to an end. */
const MAX_TURNS = 300;

/** What must be known of a backend before it is played with. */
export interface Abilities {
  readonly capabilities: CacheCapabilities;
  readonly sizeOf: (sample: Sample) => number;
}

const READ_ALL: Command = { op: 'getMany', keys: KEYS };

/** At the end of a sequence, everything that can be read. */
const FINALE: readonly Command[] = [
  { op: 'keys', prefix: undefined },
  ...KEYS.map((key): Command => ({ op: 'getMetadata', key })),
  READ_ALL,
];

/** Does to a cache what a sequence says. @throws UnmetExpectation at the first answer that no right cache gives */
export async function play(scene: Scene, { config, tickMs, commands }: Sequence, abilities: Abilities): Promise<void> {
  const player = new Player(scene, config, abilities, await scene.open(config));
  if (tickMs > 0) scene.trail.note(`clock +${tickMs} ms before each of the following`);
  for (const command of commands) {
    if (tickMs > 0) await scene.trail.probing(() => player.answer({ op: 'advance', milliseconds: tickMs }));
    await player.answer(command);
    await scene.trail.probing(() => player.look(command));
  }
  await scene.trail.probing(async () => {
    for (const command of FINALE) await player.answer(command);
    await player.look(READ_ALL);
  });
  await player.end();
}

/** A cache, and the worlds that it may be in after all that it has answered. */
class Player {
  readonly #scene: Scene;
  readonly #config: CacheConfig;
  readonly #abilities: Abilities;
  readonly #hasLimits: boolean;
  #cache: CacheManager;
  #worlds: readonly World[];

  constructor(scene: Scene, config: CacheConfig, abilities: Abilities, cache: CacheManager) {
    const { capabilities, sizeOf } = abilities;
    this.#scene = scene;
    this.#config = config;
    this.#abilities = abilities;
    this.#cache = cache;
    const { maxEntries, maxSizeBytes, evictionPolicy, defaultTtl } = { ...scene.options.config, ...config };
    this.#hasLimits = maxEntries !== undefined || maxSizeBytes !== undefined;
    const settings = {
      policy: evictionPolicy ?? 'lru',
      maxEntries: maxEntries ?? Number.POSITIVE_INFINITY,
      maxSizeBytes: maxSizeBytes ?? Number.POSITIVE_INFINITY,
      defaultTtlSeconds: typeof defaultTtl === 'number' ? defaultTtl : null,
      keepsUsage: capabilities.persistentUsage,
      keepsStats: capabilities.persistentStats,
      sizeOf,
    };
    this.#worlds = [new World(settings, scene.now())];
  }

  /** Gives the command, and compares the answer. */
  async answer(command: Command): Promise<void> {
    const outcomes = this.#worlds.flatMap((world) => outcomesOf(world, command));
    const handedOut: unknown[] = [];
    // Should the command never end, this is what tells.
    const done = this.#scene.isRecording ? undefined : this.#scene.trail.begin(inShort(command));
    const answer = await this.#perform(command, handedOut);
    done?.('answered');
    this.#judge(
      outcomes.map(({ answer: expected, world }): Verdict => expected.compare(answer) ?? { world }),
      `the answer of ${command.op}`,
    );
    if (this.#abilities.capabilities.isolation === 'clone') handedOut.forEach(spoil);
  }

  async end(): Promise<void> {
    await this.#scene.close(this.#cache);
  }

  /** What the command brings, as plain data. @param handedOut takes every value that came from the cache */
  async #perform(command: Command, handedOut: unknown[]): Promise<unknown> {
    const cache = this.#cache;
    const handOut = <T>(value: T): T => {
      handedOut.push(value);
      return value;
    };
    switch (command.op) {
      case 'get':
        return handOut(await cache.get(command.key));
      case 'getOrDefault':
        return handOut(await cache.get(command.key, DEFAULT_VALUE));
      case 'lookup': {
        const found = await cache.lookup(command.key);
        if (found.hit) handOut(found.value);
        return found;
      }
      case 'getMany':
        return [...(await cache.getMany(command.keys))].map(([key, value]) => [key, handOut(value)]);
      case 'exists':
        return cache.exists(command.key);
      case 'getMetadata':
        return cache.getMetadata(command.key);
      case 'keys': {
        const { prefix } = command;
        return (await collect(cache.keys(prefix === undefined ? undefined : { prefix }))).sort();
      }
      case 'set': {
        const value = this.#valueFor(command, handedOut);
        const { given } = command.options;
        return given === undefined ? cache.set(command.key, value) : cache.set(command.key, value, given);
      }
      case 'setMany':
        return cache.setMany(
          command.drafts.map((draft) => {
            const value = this.#valueFor(draft, handedOut);
            const { given } = draft.options;
            return given === undefined ? [draft.key, value] : [draft.key, value, given];
          }),
        );
      case 'getOrSet':
        return this.#getOrSet(command, handedOut);
      case 'delete':
        return cache.delete(command.key);
      case 'deleteMany':
        return cache.deleteMany(command.keys);
      case 'clear':
        return cache.clear();
      case 'cleanup':
        return cache.cleanup();
      case 'advance':
        return this.#scene.advance(command.milliseconds);
      case 'reopen':
        await this.#scene.close(cache);
        this.#cache = await this.#scene.open(this.#config);
        return undefined;
      case 'mistake':
        return codeOf(() => MISTAKES[command.mistake](cache, command.key));
    }
  }

  /** A value to store, which the caller goes on using unless the cache may keep it. */
  #valueFor({ sample }: Draft, handedOut: unknown[]): unknown {
    const value = sample.make();
    handedOut.push(value);
    return value;
  }

  async #getOrSet(command: CommandOf<'getOrSet'>, handedOut: unknown[]): Promise<unknown> {
    const { key, plan, sample, options } = command;
    let factoryRuns = 0;
    const factory = () => {
      factoryRuns++;
      if (plan === 'throws') throw new Error(FACTORY_FAULT);
      return plan === 'returns' ? sample.make() : undefined;
    };
    // What the trail shows of it.
    Object.defineProperty(factory, 'name', { value: plan === 'returns' ? `that returns ${sample}` : `that ${plan}` });
    try {
      const value = await this.#cache.getOrSet(key, factory, options.given);
      handedOut.push(value);
      return { value, factoryRuns };
    } catch (error) {
      if (error instanceof Error && error.message === FACTORY_FAULT) return { error: FACTORY_FAULT, factoryRuns };
      throw error;
    }
  }

  /** Looks at what the command may have changed, without touching it. */
  async look(command: Command): Promise<void> {
    const isReopened = command.op === 'reopen';
    if (isReopened || (this.#hasLimits && writtenKeys(command).length > 0)) {
      const keys = await listedKeys(this.#cache);
      this.#judge(
        this.#worlds.map((world) => judgeKeys(world, keys)),
        `the keys left after ${command.op}`,
      );
    }
    const [world] = this.#worlds;
    const touched = isReopened ? [...(world?.live.keys() ?? [])] : writtenKeys(command);
    for (const key of new Set(touched)) {
      if (world?.live.has(key) !== true) continue;
      const metadata = await this.#cache.getMetadata(key);
      this.#judge(
        this.#worlds.map((candidate) => judgeMetadata(candidate, key, metadata)),
        `the metadata of ${show(key)} after ${command.op}`,
      );
    }
    await this.#lookAtStats(command);
  }

  async #lookAtStats(command: Command): Promise<void> {
    for (let turn = 0; ; turn++) {
      const stats = await this.#cache.getStats();
      const verdicts = this.#worlds.map((world) => judgeStats(world, stats));
      const mayComeRight = verdicts.some((verdict) => !('world' in verdict) && verdict.mayComeRight === true);
      const isRight = verdicts.some((verdict) => 'world' in verdict);
      if (isRight || !mayComeRight || turn === MAX_TURNS) {
        this.#judge(verdicts, `the statistics after ${command.op}`);
        return;
      }
      await nextTurn();
    }
  }

  /** Goes on with the worlds that are still possible. */
  #judge(verdicts: readonly Verdict[], what: string): void {
    const left = verdicts.flatMap((verdict) => ('world' in verdict ? [verdict.world] : []));
    if (left.length > 0) {
      this.#worlds = left;
      return;
    }
    const failed = verdicts.flatMap((verdict) => ('world' in verdict ? [] : [verdict]));
    const expected = [...new Set(failed.map((verdict) => verdict.expected))].join(', or ');
    throw new UnmetExpectation(`${what} ${expected}`, failed[0]?.came ?? 'nothing');
  }
}

const MISTAKES: Readonly<Record<Mistake, (cache: CacheManager, key: string) => Promise<unknown>>> = {
  'set of undefined': (cache, key) => cache.set(key, undefined),
  'set with a ttl of 0': (cache, key) => cache.set(key, 'refused', { ttl: 0 }),
  'set of a function': (cache, key) => cache.set(key, () => 'refused'),
  'get of an empty key': (cache) => cache.get(''),
};

async function codeOf(call: () => Promise<unknown>): Promise<string> {
  try {
    return `no rejection, but ${show(await call())}`;
  } catch (error) {
    return isCacheError(error) ? error.code : show(error);
  }
}

/** About what the trail would show, for a tenth of the time. */
function inShort(command: Command): string {
  if (command.op === 'advance') return `clock +${command.milliseconds} ms`;
  const key = 'key' in command ? `'${command.key}'` : '';
  return `cache.${command.op}(${'sample' in command ? `${key}, ${command.sample}` : key})`;
}

function writtenKeys(command: Command): readonly string[] {
  switch (command.op) {
    case 'set':
    case 'getOrSet':
      return [command.key];
    case 'setMany':
      return command.drafts.map(({ key }) => key);
    default:
      return [];
  }
}
