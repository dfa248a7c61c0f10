import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type CacheManager, isCacheError, ManualClock } from '@glovebox/cache-core';
import type { FilesystemCacheOptions } from '../../src/options.ts';
import { Ledger } from './ledger.ts';

export const OPERATIONS = [
  'set of a new key',
  'set of a new blob',
  'set that replaces',
  'set that replaces a blob',
  'setStream',
  'get',
  'lookup',
  'exists',
  'getMetadata',
  'getMany',
  'getOrSet of an old key',
  'getOrSet of a new key',
  'keys',
  'getStats',
  'delete',
  'delete of a blob',
  'cleanup',
  'open',
  'close',
  'clear',
] as const;
export type OperationName = (typeof OPERATIONS)[number];

export interface BatteryPlan {
  readonly cacheRoot: string;
  readonly options?: FilesystemCacheOptions;
  /** How often each operation is run while the fault lasts. */
  readonly rounds: number;
  /** What is run. @default everything, `clear` last of all */
  readonly only?: readonly OperationName[];
  /** A full disk makes room, so that any entry may be gone but the one that is written. */
  readonly mayEvict?: boolean;
  /** Nothing can be removed, and an instance that is closed meanwhile leaves what it has staged to the next sweep. */
  readonly mayLeaveStaged?: boolean;
}

export interface BatteryReport {
  /** Broken promises. */
  readonly problems: readonly string[];
  readonly operations: number;
  /** Sets that answered `false`. */
  readonly refused: number;
  readonly errorCount: number;
  readonly slowestMs: number;
  readonly log: readonly string[];
}

/** A cache in a directory, of the sources or as built. */
interface TriedCache extends CacheManager {
  readonly directory: string;
}
type Create = (options: FilesystemCacheOptions) => TriedCache;

/** A lock that can't be had, or an operation that tries again, must not take longer in all. */
const MAX_OPERATION_MS = 5_000;
/** Above the quarter of a second for which a lock whose release failed half-way is left alone. */
const LOCK_TIMEOUT_MS = 400;
const small = (tag: string) => ({ tag, filler: 'x'.repeat(500) });
const blob = (tag: string) => Buffer.alloc(70_000, tag);
/** In two pieces. */
const streamed = (tag: string) => Buffer.alloc(300_000, tag);

/**
 * Runs every operation on a store, before, while and after something is wrong with the disk, and notes each promise that
 * is broken: an operation that rejects or hangs, a read that finds what it must not, a fault that is not counted or logged
 * more than once, and whatever does not work again as soon as the fault is over.
 */
export async function runBattery(
  create: Create,
  plan: BatteryPlan,
  fault: { begin: () => unknown; end: () => unknown },
): Promise<BatteryReport> {
  const battery = new Battery(create, plan);
  await battery.prepare();
  await fault.begin();
  for (let round = 0; round < plan.rounds; round++) await battery.round(round);
  await fault.end();
  await battery.recover();
  return battery.report();
}

class Battery {
  readonly #create: Create;
  readonly #plan: BatteryPlan;
  readonly #clock = new ManualClock();
  readonly #ledger = new Ledger();
  readonly #log: string[] = [];
  readonly #cache: TriedCache;
  /** One is closed in each round. */
  readonly #others: TriedCache[] = [];
  readonly #operationsByName: Record<OperationName, (round: number) => Promise<unknown>>;
  #errorEvents = 0;
  #operations = 0;
  #refused = 0;
  #errorCount = 0;
  #slowestMs = 0;

  constructor(create: Create, plan: BatteryPlan) {
    this.#create = create;
    this.#plan = plan;
    const log = (line: string) => void this.#log.push(line);
    this.#cache = this.#open({ logger: { warn: log, error: log } });
    this.#cache.on('error', () => this.#errorEvents++);
    this.#operationsByName = this.#listOperations(this.#cache);
  }

  async prepare(): Promise<void> {
    for (const key of ['small', 'replaced', 'deleted', 'computed']) await this.#mustSet(key, small(key));
    for (const key of ['blob', 'replaced blob', 'deleted blob']) await this.#mustSet(key, blob(key));
    await this.#cache.set('expired', small('expired'), { ttl: 1 });
    this.#clock.advance(1_000);
    this.#ledger.is('expired', undefined);
    for (let round = 0; round < this.#plan.rounds; round++) {
      const other = this.#open({});
      await other.get('small');
      this.#others.push(other);
    }
  }

  /** Every operation once, or those of the plan. */
  async round(round: number): Promise<void> {
    for (const name of this.#plan.only ?? OPERATIONS) await this.#operationsByName[name](round);
  }

  /** The fault is over: all works again, without opening anew. */
  async recover(): Promise<void> {
    const cache = this.#cache;
    const { problems } = this.#ledger;
    for (const key of this.#ledger.keys) await this.#get(key, { mayMiss: this.#plan.mayEvict ?? false });
    await this.#mustSet('small', small('after'));
    await this.#mustSet('blob', blob('after'));
    await this.#run('getOrSet', () => cache.getOrSet('computed after', () => small('computed after')));
    this.#ledger.is('computed after', small('computed after'));
    await this.#run('delete', async () => {
      if (!(await cache.delete('small'))) problems.push('delete is false though the fault is over');
    });
    this.#ledger.is('small', undefined);
    const before = await cache.getStats();
    this.#errorCount = before.errorCount;
    await this.#run('cleanup', () => cache.cleanup());
    const after = await cache.getStats();
    if (after.errorCount !== before.errorCount) problems.push(`a cleanup still fails: ${this.#log.at(-1)}`);
    this.#checkCounts(before.errorCount);
    this.#checkLog();
    await cache.close();
    // Those that no round has closed.
    for (const other of this.#others) await other.close();
    const later = this.#open({});
    for (const key of this.#ledger.keys) {
      this.#ledger.check(key, await later.get(key), 'reopened', { mayMiss: this.#plan.mayEvict ?? false });
    }
    const reopened = await later.getStats();
    for (const name of ['errorCount', 'setCount', 'missCount'] as const) {
      if (reopened[name] < before[name]) problems.push(`${name} was ${before[name]}, and is ${reopened[name]} later`);
    }
    // Records of entries that another instance has removed meanwhile.
    await later.cleanup();
    await later.close();
    this.#checkFiles();
  }

  report(): BatteryReport {
    return {
      problems: this.#ledger.problems,
      operations: this.#operations,
      refused: this.#refused,
      errorCount: this.#errorCount,
      slowestMs: Math.round(this.#slowestMs),
      log: this.#log,
    };
  }

  #listOperations(cache: TriedCache): Record<OperationName, (round: number) => Promise<unknown>> {
    const ledger = this.#ledger;
    return {
      'set of a new key': async (round) => {
        await this.#set('new', small(`new ${round}`));
        await this.#set(`new ${round}`, small(`${round}`));
      },
      'set of a new blob': (round) => this.#set(`new blob ${round}`, blob(`${round % 10}`)),
      'set that replaces': (round) => this.#set('replaced', small(`replaced ${round}`)),
      'set that replaces a blob': (round) => this.#set('replaced blob', blob(`${round % 10}`)),
      setStream: (round) => this.#setStream('streamed', streamed(`${round % 10}`)),
      get: async () => {
        for (const key of ledger.keys) await this.#get(key);
      },
      lookup: () =>
        this.#run('lookup', async () => {
          const found = await cache.lookup('small');
          ledger.check('small', found.hit ? found.value : undefined, 'lookup', { mayMiss: true });
        }),
      exists: () => this.#run('exists', () => cache.exists('small')),
      getMetadata: () => this.#run('getMetadata', () => cache.getMetadata('blob')),
      getMany: () =>
        this.#run('getMany', async () => {
          for (const [key, value] of await cache.getMany(['small', 'blob', 'none'])) {
            ledger.check(key, value, 'getMany', { mayMiss: true });
          }
        }),
      'getOrSet of an old key': (round) => this.#getOrSet('computed', small(`computed ${round}`)),
      'getOrSet of a new key': (round) => this.#getOrSet(`computed ${round}`, blob(`${round % 10}`)),
      keys: () =>
        this.#run('keys', async () => {
          const known = new Set(ledger.keys);
          for await (const key of cache.keys()) if (!known.has(key)) ledger.problem(`keys shows ${key}`);
        }),
      getStats: () => this.#run('getStats', () => cache.getStats()),
      delete: (round) => this.#delete(round % 2 === 0 ? 'deleted' : 'blob'),
      'delete of a blob': () => this.#delete('deleted blob'),
      cleanup: () => this.#run('cleanup', () => cache.cleanup()),
      open: (round) => this.#run('open', () => this.#useAnother(round)),
      close: () => this.#run('close', async () => this.#others.pop()?.close()),
      clear: async (round) => {
        if (round < this.#plan.rounds - 1) return;
        await this.#run('clear', () => cache.clear());
        for (const key of ledger.keys) ledger.mayBe(key, undefined);
      },
    };
  }

  #open(more: FilesystemCacheOptions): TriedCache {
    const { cacheRoot, options } = this.#plan;
    const common = { cleanupIntervalSeconds: null, lockTimeoutMs: LOCK_TIMEOUT_MS, clock: this.#clock };
    return this.#create({ ...common, cacheRoot, ...options, ...more });
  }

  async #run<T>(name: string, operation: () => Promise<T>): Promise<T | undefined> {
    this.#operations++;
    const startedAt = performance.now();
    try {
      return await operation();
    } catch (error) {
      this.#ledger.problem(`${name} rejects: ${error instanceof Error ? error.stack : String(error)}`);
      return undefined;
    } finally {
      const tookMs = performance.now() - startedAt;
      this.#slowestMs = Math.max(this.#slowestMs, tookMs);
      if (tookMs > MAX_OPERATION_MS) this.#ledger.problem(`${name} took ${tookMs} ms`);
    }
  }

  #set(key: string, value: unknown): Promise<boolean> {
    return this.#store(`set ${key}`, key, value, () => this.#cache.set(key, value));
  }

  #setStream(key: string, value: Buffer): Promise<boolean> {
    const pieces = [value.subarray(0, 200_000), value.subarray(200_000)];
    return this.#store(`setStream ${key}`, key, value, () => this.#cache.setStream(key, pieces));
  }

  async #store(name: string, key: string, value: unknown, store: () => Promise<boolean>): Promise<boolean> {
    const stored = await this.#run(name, store);
    if (stored === true) this.#ledger.is(key, value);
    else this.#refused++;
    // What was stored can't be taken back when the last call, which should make it last, fails.
    if (stored === false && this.#plan.options?.durability === 'power') this.#ledger.mayBe(key, value);
    return stored === true;
  }

  async #mustSet(key: string, value: unknown): Promise<void> {
    const linesBefore = this.#log.length;
    if (await this.#set(key, value)) return;
    this.#ledger.problem(`set ${key} is false without a fault: ${this.#log.slice(linesBefore).join()}`);
  }

  async #get(key: string, options = { mayMiss: true }): Promise<void> {
    const found = await this.#run(`get ${key}`, () => this.#cache.get(key));
    this.#ledger.check(key, found, 'get', options);
  }

  async #getOrSet(key: string, value: unknown): Promise<void> {
    let hasRun = false;
    const result = await this.#run(`getOrSet ${key}`, () =>
      this.#cache.getOrSet(key, () => {
        hasRun = true;
        return value;
      }),
    );
    if (hasRun) this.#ledger.mayBe(key, value);
    this.#ledger.check(key, result, 'getOrSet', { mayMiss: false });
  }

  async #delete(key: string): Promise<void> {
    const wasThere = await this.#run(`delete ${key}`, () => this.#cache.delete(key));
    if (wasThere === true) this.#ledger.is(key, undefined);
    else this.#ledger.mayBe(key, undefined);
  }

  /** What a process does that starts in the middle of it. */
  async #useAnother(round: number): Promise<void> {
    let another: TriedCache;
    try {
      another = this.#open({});
    } catch (error) {
      if (!isCacheError(error, 'CACHE_BACKEND_FAILED')) throw error;
      return;
    }
    const key = `another ${round}`;
    if (await another.set(key, small(key))) this.#ledger.is(key, small(key));
    // Renamed, and not known to be on the disk.
    else if (this.#plan.options?.durability === 'power') this.#ledger.mayBe(key, small(key));
    this.#ledger.check(key, await another.get(key), 'get of a new instance', { mayMiss: true });
    await another.close();
  }

  #checkCounts(errorCount: number): void {
    if (this.#refused > this.#errorEvents) {
      this.#ledger.problem(`${this.#refused} sets refused, ${this.#errorEvents} error events`);
    }
    if (this.#errorEvents > errorCount) {
      this.#ledger.problem(`${this.#errorEvents} error events, an errorCount of ${errorCount}`);
    }
  }

  /** One line for each kind of fault: what was tried, and what the system said. */
  #checkLog(): void {
    const kinds = new Map<string, number>();
    for (const line of this.#log) {
      const operation = /cache: (\w+)/.exec(line)?.[1] ?? line;
      const code = /\bE[A-Z]{2,}\b/.exec(line)?.[0] ?? /\[(\w+)\]/.exec(line)?.[1] ?? line;
      kinds.set(`${operation} ${code}`, (kinds.get(`${operation} ${code}`) ?? 0) + 1);
    }
    for (const [kind, count] of kinds) {
      if (count > 2) this.#ledger.problem(`${count} lines on ${kind}: ${this.#log.join('\n')}`);
    }
    if (this.#errorEvents > 0 && this.#log.length === 0) this.#ledger.problem('faults, and no line in the log');
  }

  #checkFiles(): void {
    const root = this.#cache.directory;
    const staged = readdirSync(join(root, 'tmp'));
    if (staged.length > 0 && this.#plan.mayLeaveStaged !== true) this.#ledger.problem(`left in tmp: ${staged.join()}`);
    if (readdirSync(root).includes('.removal_gate')) this.#ledger.problem('the gate is still up');
    const names = readdirSync(join(root, 'data')).filter((name) => name.endsWith('.json'));
    const named = names
      .map((name) => headerOf(join(root, 'data', name)).blob?.name)
      .filter((name) => name !== undefined);
    const blobs = readdirSync(join(root, 'data', 'blobs'));
    if (!isDeepStrictEqual(named.toSorted(), blobs.toSorted())) {
      this.#ledger.problem(`${blobs.length} blobs, ${named.length} named by entries`);
    }
    const ids = new Set(names.map((name) => name.split('.')[0]));
    for (const record of readdirSync(join(root, 'metadata'))) {
      if (!ids.has(record.split('.')[0])) this.#ledger.problem(`a usage record without an entry: ${record}`);
    }
  }
}

function headerOf(path: string): { blob?: { name: string } } {
  return JSON.parse(readFileSync(path, 'utf8')).entry;
}
