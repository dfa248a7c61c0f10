import { mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { type CacheManager, type Clock, type EvictionPolicy, ManualClock, systemClock } from '@glovebox/cache-core';
import {
  type SchemaInput,
  type SchemaOutput,
  type StandardSchema,
  type TypedCache,
  type TypedOptions,
  typed,
} from '@glovebox/cache-core/typed';
import type { Scale } from './check.js';
import { StoredEntryBytes } from './damage/stored-entry-bytes.js';
import { hasEvents } from './events-of.js';
import { UnmetExpectation } from './expect.js';
import { ProcessDriver } from './processes/driver.js';
import { randomNumbers } from './random.js';
import { labelOf, recorded } from './recorded-cache.js';
import { show, showWithCause } from './show.js';
import type { CacheConfig, ConformanceTarget, StoreContext } from './target.js';
import { Trail } from './trail.js';

/**
 * Turns of the event loop that background work of a cache is given at least. On a busy machine many of them pass while a
 * single read of a file is waiting for its turn in the pool of threads, so real time is given too.
 */
const LEAST_TURNS = 2_000;

export interface SceneOptions {
  /** What every instance is given, before what the check asks for itself. */
  readonly config: CacheConfig;
  readonly seed: string;
  readonly evictingPolicy: EvictionPolicy | undefined;
  readonly search?: SearchSettings;
  readonly scale: Scale;
  /** Real milliseconds that are waited for what a cache does in the background. */
  readonly patienceMs: number;
}

/** How a check that draws sequences of operations goes about it. */
interface SearchSettings {
  /** Sequences to try, as far as `budgetSeconds` of real time allow; as many more are for making one that fails shorter. */
  readonly runs: number;
  readonly budgetSeconds: number;
  /** The one sequence to play instead. */
  readonly path: string | undefined;
}

/** Where a check plays: its clock, its stores, and what it did. Closes and removes everything at its end. */
export class Scene {
  readonly trail = new Trail();
  /** A number from 0 to 1, the next of a sequence that the seed and the check decide. */
  readonly random: () => number;
  /** The first policy of the backend that makes room by removing live entries. */
  readonly evictingPolicy: EvictionPolicy | undefined;
  readonly options: SceneOptions;
  /** What the check is asked of. */
  readonly target: ConformanceTarget;
  /** Whether what is done to instances opened from now on goes into the trail: writing it down takes half of the time. */
  isRecording = true;
  /** What a check that draws sequences has found to fail, for a replay. */
  foundPath: string | undefined;
  #clock = new ManualClock();
  readonly #stores = new Map<string, Store>();
  readonly #openCaches = new Set<CacheManager>();
  readonly #mends = new Set<() => Promise<void>>();
  readonly #drivers: ProcessDriver[] = [];
  #opened = 0;

  constructor(target: ConformanceTarget, options: SceneOptions) {
    this.target = target;
    this.options = options;
    this.evictingPolicy = options.evictingPolicy;
    this.random = randomNumbers(options.seed);
  }

  /** A new instance. Instances opened on the same `store` share what it keeps. */
  open(config: CacheConfig = {}, store = 'store'): Promise<CacheManager> {
    return this.#open(config, store, this.#clock);
  }

  /** A new instance that lives by real time, as {@link processes} do. */
  openInRealTime(config: CacheConfig = {}): Promise<CacheManager> {
    return this.#open(config, 'store', systemClock);
  }

  /** A typed view of an instance, or of a namespace of one. */
  typed<S extends StandardSchema>(
    cache: CacheManager,
    schema: S,
    options: Pick<TypedOptions<string, [string]>, 'version'> = {},
  ): TypedCache<SchemaInput<S>, SchemaOutput<S>> {
    const view = typed<S>(cache, schema, options);
    const label = labelOf(cache);
    if (label === undefined) return view;
    const version = options.version === undefined ? '' : `, version ${show(options.version)}`;
    return recorded(view, `typed(${label}, ${schema['~standard'].vendor}${version})`, this.trail, () => {});
  }

  /**
   * Runs routines in processes on the store, in real time. What they open is given `config`, and nothing of the
   * configuration in which the check runs: limits are not exact between processes.
   * @param timeoutSeconds what a routine may take
   */
  processes(config: CacheConfig, timeoutSeconds: number, store = 'store'): ProcessDriver {
    const { module } = this.target;
    if (module === undefined) throw new Error('a check of several processes was run without target.module');
    const { directory } = this.#context(store);
    const driver = new ProcessDriver({ target: module, directory, config, timeoutSeconds });
    this.#drivers.push(driver);
    return driver;
  }

  /** A store, for what neither instances nor processes of the scene do there. */
  storeContext(store: string): StoreContext {
    return this.#context(store);
  }

  async #open(config: CacheConfig, store: string, clock: Clock): Promise<CacheManager> {
    const settings = { ...this.options.config, ...config };
    const label = this.#opened === 0 ? 'cache' : `cache${this.#opened + 1}`;
    const on = this.#stores.size === 0 || this.#stores.has(store) ? '' : ' on another store';
    const done = this.trail.begin(`${label} = create(${show(settings)})${on}`);
    const context = this.#context(store);
    const cache = await this.target.create(
      settings,
      clock === systemClock ? { clock, directory: context.directory } : context,
    );
    done('opened');
    this.#opened++;
    if (this.isRecording) this.#recordFaults(cache);
    const given = this.isRecording ? recorded(cache, label, this.trail, () => this.#openCaches.delete(given)) : cache;
    this.#openCaches.add(given);
    return given;
  }

  /** Closes an instance, recorded or not, before the end of the scene. */
  async close(cache: CacheManager): Promise<void> {
    this.#openCaches.delete(cache);
    await cache.close();
  }

  /** The bytes that the store keeps for `key`. */
  storedBytes(key: string, store = 'store'): StoredEntryBytes {
    const { corrupt } = this.target;
    if (corrupt === undefined) throw new TypeError('the target has no corrupt: this check needs its gate');
    return new StoredEntryBytes(corrupt, key, this.#context(store), this.trail);
  }

  /** Makes the store fail until the returned function is called, at the end of the check at the latest. */
  async breakStore(store = 'store'): Promise<() => Promise<void>> {
    const mend = await this.target.breakStore?.(this.#context(store));
    if (mend === undefined) throw new TypeError('the target has no breakStore: this check needs its gate');
    this.trail.note('the store fails from now on');
    const mendOnce = async () => {
      if (!this.#mends.delete(mendOnce)) return;
      await mend();
      this.trail.note('the store works again');
    };
    this.#mends.add(mendOnce);
    return mendOnce;
  }

  /** Epoch milliseconds by the clock of the check. */
  now(): number {
    return this.#clock.now();
  }

  /** Timers that run on the clock of the check. */
  get timerCount(): number {
    return this.#clock.timerCount;
  }

  /** Lets time pass, and the timers that fall due with it. */
  async advance(milliseconds: number): Promise<void> {
    this.trail.note(`clock ${milliseconds < 0 ? '' : '+'}${milliseconds} ms`);
    this.#clock.advance(milliseconds);
    for (const store of this.#stores.values()) await this.target.advance?.(milliseconds, store);
  }

  /** Gives work that nobody waits for, such as an automatic cleanup, the turns it needs until `isDone`. */
  async eventually(expected: string, isDone: () => Promise<boolean>): Promise<void> {
    const { patienceMs } = this.options;
    const deadline = performance.now() + patienceMs;
    for (let turn = 0; turn < LEAST_TURNS || performance.now() < deadline; turn++) {
      if (await this.trail.probing(isDone)) return;
      await (turn < LEAST_TURNS ? nextTurn() : delay(1));
    }
    if (await isDone()) return;
    const waited = `${LEAST_TURNS} turns of the event loop, nor in ${patienceMs} ms`;
    throw new UnmetExpectation(expected, `nothing of the kind in ${waited}`);
  }

  /** Ends everything, as `dispose` does, and starts anew: empty stores, a new clock, nothing done so far. */
  async restart(): Promise<void> {
    await this.dispose();
    this.#stores.clear();
    this.#openCaches.clear();
    this.#opened = 0;
    this.#clock = new ManualClock();
    this.trail.clear();
  }

  /** Closes what is still open and removes the stores. */
  async dispose(): Promise<void> {
    try {
      for (const driver of this.#drivers) await driver.dispose();
      for (const mend of [...this.#mends]) await mend();
      for (const cache of [...this.#openCaches]) await cache.close();
      for (const store of this.#stores.values()) await this.target.discard?.(store);
    } finally {
      for (const store of this.#stores.values()) await store.remove();
    }
  }

  /** A fault that a cache turns into a miss or a refused write is the reason that an author looks for. */
  #recordFaults(cache: CacheManager): void {
    if (!hasEvents(cache)) return;
    try {
      cache.on('error', ({ operation, error }) => {
        this.trail.noteInside(`error told, of ${show(operation)}: ${showWithCause(error)}`);
      });
    } catch {
      // Whether it can be listened to is asked by the group `events`.
    }
  }

  #context(name: string): Store {
    const known = this.#stores.get(name);
    if (known !== undefined) return known;
    const store = new Store(this.#clock);
    this.#stores.set(name, store);
    return store;
  }
}

/** A store's directory comes into being when it is asked for: backends in memory never touch the disk. */
class Store implements StoreContext {
  readonly clock: ManualClock;
  #directory: string | undefined;

  constructor(clock: ManualClock) {
    this.clock = clock;
  }

  get directory(): string {
    this.#directory ??= mkdtempSync(join(realpathSync(tmpdir()), 'glovebox-testkit-'));
    return this.#directory;
  }

  async remove(): Promise<void> {
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true, force: true, maxRetries: 3 });
  }
}
