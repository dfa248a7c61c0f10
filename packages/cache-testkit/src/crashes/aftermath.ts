import { isDeepStrictEqual } from 'node:util';
import { type CacheManager, type CacheStats, systemClock } from '@glovebox/cache-core';
import { expectEqual, expectThat, UnmetExpectation } from '../expect.js';
import { recorded } from '../recorded-cache.js';
import { show, showLong } from '../show.js';
import type { ConformanceTarget, StoreContext } from '../target.js';
import type { Trail } from '../trail.js';
import type { CrashOutcome } from './kill-run.js';
import type { CrashOperation } from './operations.js';
import { expectFree, expectNoErrors, expectSwept, expectTotals } from './survivor.js';

/** Counts that a crash must not lose, nor count twice. */
const COUNTERS = [
  'hitCount',
  'missCount',
  'setCount',
  'deleteCount',
  'evictionCount',
  'expiredCount',
  'errorCount',
] as const;
export type Counts = Readonly<Record<(typeof COUNTERS)[number], number>>;

/** What a killed process has left, as another one finds it. */
export class Aftermath {
  readonly #target: ConformanceTarget;
  readonly #context: StoreContext;
  readonly #operation: CrashOperation;
  readonly #trail: Trail;
  #opened = 0;

  constructor(target: ConformanceTarget, directory: string, operation: CrashOperation, trail: Trail) {
    this.#target = target;
    this.#context = { clock: systemClock, directory };
    this.#operation = operation;
    this.#trail = trail;
  }

  /**
   * Fails where what was acknowledged is not there, what was not is there half, or others are kept from going on.
   * @param counted what the operation counts if it is not killed; left out for one that was not
   * @returns what the operation has counted
   */
  async inspect({ isAcknowledged, stats }: CrashOutcome, counted?: Counts): Promise<Counts> {
    const cache = await this.#open();
    const { persistentStats } = cache.capabilities;
    let left: CacheStats;
    let difference: Counts;
    try {
      const found = await cache.getStats();
      difference = countsBetween(stats, found);
      const expected = counted ?? { ...difference, ...this.#operation.counts };
      if (persistentStats) expectCounted(difference, isAcknowledged, expected);
      await this.#operation.look?.(cache, isAcknowledged);
      await this.#expectEntries(cache, isAcknowledged);
      await expectNoErrors(cache, found, 'reading every key');
      await this.#operation.goOn?.(cache);
      await expectFree(cache, this.#target, this.#keys);
      await expectSwept(cache, this.#target, this.#context);
      await expectNoErrors(cache, found, 'setting, computing, deleting and cleaning up');
      await expectTotals(cache);
      left = await cache.getStats();
    } finally {
      await cache.close();
    }
    if (persistentStats) await this.#expectSame(left);
    return difference;
  }

  get #keys(): readonly string[] {
    const { before, after } = this.#operation;
    return [...new Set([...Object.keys(before), ...Object.keys(after)])];
  }

  async #open(): Promise<CacheManager> {
    const { config = {} } = this.#operation;
    const label = `survivor${this.#opened === 0 ? '' : this.#opened + 1}`;
    this.#opened++;
    const done = this.#trail.begin(`${label} = create(${show(config)})`);
    const cache = await this.#target.create(config, this.#context);
    done('opened');
    return recorded(cache, label, this.#trail, () => {});
  }

  async #expectEntries(cache: CacheManager, isAcknowledged: boolean): Promise<void> {
    const { before, after, mayEvict, mayForget = [], isWhole } = this.#operation;
    const present: string[] = [];
    const changed = new Set<boolean>();
    for (const key of this.#keys) {
      const found = await cache.get(key);
      if (found !== undefined) present.push(key);
      if (!isDeepStrictEqual(before[key], after[key])) changed.add(isDeepStrictEqual(found, after[key]));
      const allowed = isAcknowledged ? [after[key]] : [before[key], after[key]];
      if ((mayEvict === true && key in before) || (!isAcknowledged && mayForget.includes(key))) allowed.push(undefined);
      if (allowed.some((value) => isDeepStrictEqual(value, found))) continue;
      throw new UnmetExpectation(
        `get('${key}') to be ${[...new Set(allowed.map((value) => showLong(value)))].join(' or ')}`,
        showLong(found),
      );
    }
    if (isWhole === true) {
      expectThat('all to be as before, or all as afterwards', changed.size === 1, 'some as before, some as afterwards');
    }
    const listed: string[] = [];
    for await (const key of cache.keys()) listed.push(key);
    expectEqual('the listed keys', listed.sort(), present.sort());
  }

  /** What the dead process counted is added once, also by those who come later. */
  async #expectSame(left: CacheStats): Promise<void> {
    const later = await this.#open();
    try {
      expectEqual('the counters of the next instance', countsOf(await later.getStats()), countsOf(left));
    } finally {
      await later.close();
    }
  }
}

function expectCounted(difference: Counts, isAcknowledged: boolean, counted: Counts): void {
  for (const counter of COUNTERS) {
    const [least, most] = [isAcknowledged ? counted[counter] : 0, counted[counter]];
    const range = least === most ? String(most) : `${least} to ${most}`;
    expectThat(
      `${counter} to be that of what was acknowledged before, each count once, and ${range} more`,
      difference[counter] >= least && difference[counter] <= most,
      difference[counter],
    );
  }
}

function countsOf(stats: CacheStats): Counts {
  return Object.fromEntries(COUNTERS.map((counter) => [counter, stats[counter]])) as Counts;
}

function countsBetween(before: CacheStats, after: CacheStats): Counts {
  return Object.fromEntries(COUNTERS.map((counter) => [counter, after[counter] - before[counter]])) as Counts;
}
