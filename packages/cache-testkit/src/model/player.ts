import { performance } from 'node:perf_hooks';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { CacheCapabilities, CacheManager } from '@glovebox/cache-core';
import { listedKeys } from '../checks/helpers.js';
import { UnmetExpectation } from '../expect.js';
import type { Scene } from '../scene.js';
import { show } from '../show.js';
import type { CacheConfig } from '../target.js';
import { type Answered, type Command, readKeys, type Sequence, writtenKeys } from './command.js';
import { outcomesOf } from './contract.js';
import { KEYS } from './draw-operations.js';
import { judgeKeys, judgeMetadata, judgeStats, type Verdict } from './observe.js';
import { perform } from './perform.js';
import { type Sample, spoil } from './samples.js';
import { idOf, placeOf, SPACES, type Space } from './space.js';
import { World } from './world.js';

/** Turns of the event loop that the removal of expired entries in the background is given at least to come to an end. */
const LEAST_TURNS = 300;

/** What must be known of a backend before it is played with. */
export interface Abilities {
  readonly capabilities: CacheCapabilities;
  readonly sizeOf: (sample: Sample) => number;
}

/** At the end of a sequence, everything that can be read. */
function finale(space: Space | undefined): Command[] {
  const readAll: Command = { op: 'getMany', keys: KEYS, space };
  const listTagged: Command = { op: 'entries', options: { tag: 'a' }, space };
  if (space !== undefined) return [{ op: 'getStats', space }, listTagged, readAll];
  return [...KEYS.map((key): Command => ({ op: 'getMetadata', key })), listTagged, readAll];
}

/**
 * Does to a cache what a sequence says.
 * @param patienceMs real milliseconds that are waited for what the cache does in the background
 * @throws UnmetExpectation at the first answer that no right cache gives
 */
export async function play(scene: Scene, sequence: Sequence, abilities: Abilities, patienceMs: number): Promise<void> {
  const { config, tickMs, commands } = sequence;
  const spaces = SPACES.filter((space) => commands.some((command) => command.space === space));
  const player = new Player(scene, config, abilities, { spaces, patienceMs });
  await player.open();
  if (tickMs > 0) scene.trail.note(`clock +${tickMs} ms before each of the following`);
  for (const command of commands) {
    if (tickMs > 0) await scene.trail.probing(() => player.advance(tickMs));
    await player.answer(command);
    await scene.trail.probing(() => player.look(command));
  }
  await scene.trail.probing(async () => {
    await player.lookAtKeys('the end');
    for (const space of [undefined, ...spaces]) for (const command of finale(space)) await player.answer(command);
    await player.lookAtStats('the end');
  });
  await player.end();
}

/** A cache, and the worlds that it may be in after all that it has answered. */
class Player {
  readonly #scene: Scene;
  readonly #config: CacheConfig;
  readonly #abilities: Abilities;
  readonly #hasLimits: boolean;
  readonly #patienceMs: number;
  /** The cache, and the namespaces that the sequence works in. */
  readonly #places: readonly (Space | undefined)[];
  #caches: ReadonlyMap<Space | undefined, CacheManager> = new Map();
  #worlds: readonly World[];

  constructor(
    scene: Scene,
    config: CacheConfig,
    abilities: Abilities,
    { spaces, patienceMs }: { readonly spaces: readonly Space[]; readonly patienceMs: number },
  ) {
    const { capabilities, sizeOf } = abilities;
    this.#scene = scene;
    this.#config = config;
    this.#abilities = abilities;
    this.#places = [undefined, ...spaces];
    this.#patienceMs = patienceMs;
    const { maxEntries, maxSizeBytes, evictionPolicy, defaultTtl } = { ...scene.options.config, ...config };
    this.#hasLimits = maxEntries !== undefined || maxSizeBytes !== undefined;
    const settings = {
      policy: evictionPolicy ?? 'lru',
      maxEntries: maxEntries ?? Number.POSITIVE_INFINITY,
      maxSizeBytes: maxSizeBytes ?? Number.POSITIVE_INFINITY,
      defaultTtlSeconds: typeof defaultTtl === 'number' ? defaultTtl : null,
      keepsUsage: capabilities.persistentUsage,
      keepsStats: capabilities.persistentStats,
      keepsGrace: capabilities.grace === true,
      sizeOf,
    };
    this.#worlds = [new World(settings, scene.now())];
  }

  async open(): Promise<void> {
    const cache = await this.#scene.open(this.#config);
    this.#caches = new Map(this.#places.map((space) => [space, space?.in(cache) ?? cache]));
  }

  /** Lets time pass. Nothing answers. */
  async advance(milliseconds: number): Promise<void> {
    await this.#scene.advance(milliseconds);
    for (const world of this.#worlds) world.advance(milliseconds);
  }

  /** Gives the command, and compares the answer. */
  async answer(command: Command): Promise<void> {
    if (command.op === 'advance') return this.advance(command.milliseconds);
    const outcomes = this.#worlds.flatMap((world) => outcomesOf(world, command));
    const handedOut: unknown[] = [];
    // Should the command never end, this is what tells.
    const done = this.#scene.isRecording ? undefined : this.#scene.trail.begin(inShort(command));
    const answer = await this.#perform(command, handedOut);
    done?.('answered');
    this.#judge(
      outcomes.map(({ answer: expected, world }): Verdict => expected.compare(answer) ?? { world }),
      `the answer of ${command.op}${place(command.space)}`,
    );
    if (this.#abilities.capabilities.isolation === 'clone') handedOut.forEach(spoil);
  }

  async end(): Promise<void> {
    await this.#scene.close(this.#in(undefined));
  }

  /** What the command brings, as plain data. @param handedOut takes every value that came from the cache or went there */
  async #perform(command: Answered, handedOut: unknown[]): Promise<unknown> {
    if (command.op !== 'reopen') return perform(this.#in(command.space), command, handedOut);
    await this.end();
    return this.open();
  }

  #in(space: Space | undefined): CacheManager {
    const cache = this.#caches.get(space);
    if (cache === undefined) throw new TypeError('the cache was not opened');
    return cache;
  }

  /** Looks at what the command may have changed, without touching it. */
  async look(command: Command): Promise<void> {
    const { op, space } = command;
    const isReopened = op === 'reopen';
    const written = writtenKeys(command).map((key) => idOf(space, key));
    if (isReopened || (this.#hasLimits && written.length > 0)) await this.lookAtKeys(op);
    const [world] = this.#worlds;
    const extended = readKeys(command)
      .map((key) => idOf(space, key))
      .filter((id) => this.#worlds.some(({ live }) => live.get(id)?.isSliding === true));
    const touched = isReopened ? [...(world?.live.keys() ?? [])] : [...written, ...extended];
    for (const id of new Set(touched)) {
      if (world?.live.has(id) !== true) continue;
      const { space: where, key } = placeOf(id);
      const metadata = await this.#in(where).getMetadata(key);
      this.#judge(
        this.#worlds.map((candidate) => judgeMetadata(candidate, id, metadata)),
        `the metadata of ${show(key)}${place(where)} after ${op}`,
      );
    }
    await this.lookAtStats(op);
  }

  /** @param after what the look comes after */
  async lookAtKeys(after: string): Promise<void> {
    for (const space of this.#places) {
      const listed = await listedKeys(this.#in(space));
      // The cache lists those of its namespaces too, in a form that is its own.
      const isOwn = (key: string) => space !== undefined || this.#places.length === 1 || KEYS.includes(key);
      const keys = listed.filter(isOwn);
      this.#judge(
        this.#worlds.map((world) => judgeKeys(world, space, keys)),
        `the keys left${place(space)} after ${after}`,
      );
    }
  }

  async lookAtStats(after: string): Promise<void> {
    const deadline = performance.now() + this.#patienceMs;
    for (let turn = 0; ; turn++) {
      const stats = await this.#in(undefined).getStats();
      const verdicts = this.#worlds.map((world) => judgeStats(world, stats));
      const mayComeRight = verdicts.some((verdict) => !('world' in verdict) && verdict.mayComeRight === true);
      const isRight = verdicts.some((verdict) => 'world' in verdict);
      const isOver = turn >= LEAST_TURNS && performance.now() > deadline;
      if (isRight || !mayComeRight || isOver) {
        this.#judge(verdicts, `the statistics after ${after}`);
        return;
      }
      await (turn < LEAST_TURNS ? nextTurn() : delay(1));
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

function place(space: Space | undefined): string {
  return space === undefined ? '' : ` in ${space}`;
}

/** About what the trail would show, for a tenth of the time. */
function inShort(command: Answered): string {
  const key = 'key' in command ? `'${command.key}'` : '';
  const { space } = command;
  return `cache.${space === undefined ? '' : `${space}.`}${command.op}(${'sample' in command ? `${key}, ${command.sample}` : key})`;
}
