import { mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type CacheManager, systemClock } from '@glovebox/cache-core';
import { show } from '../show.js';
import type { ConformanceTarget, StoreContext } from '../target.js';
import type { Operation } from './operations.js';
import { medianOf } from './statistics.js';
import type { BenchmarkValue } from './values.js';

/** Operations in one go, at most, and bytes that they may store: no more than caches hold without being asked to. */
const MAX_COUNT = 1_000;
const MAX_BYTES = 16 * 1024 * 1024;
/** Timed as one: beside this, what reading the clock costs is nothing, and few are disturbed by other programs. */
const GROUP_MICROSECONDS = 20;

/** Operations of a sample, and how many of them are timed as one. */
export interface Plan {
  readonly count: number;
  readonly groupSize: number;
}

/** A cache that is measured, on a store of its own, by the system's clock. */
export class Lane {
  readonly name: string;
  readonly #target: ConformanceTarget;
  readonly #context: StoreContext;
  readonly #cache: CacheManager;
  #freshKeys = 0;

  private constructor(target: ConformanceTarget, context: StoreContext, cache: CacheManager) {
    this.name = target.name;
    this.#target = target;
    this.#context = context;
    this.#cache = cache;
  }

  static async open(target: ConformanceTarget): Promise<Lane> {
    const directory = mkdtempSync(join(realpathSync(tmpdir()), 'glovebox-bench-'));
    const context = { clock: systemClock, directory };
    try {
      return new Lane(target, context, await target.create({}, context));
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  async close(): Promise<void> {
    try {
      await this.#cache.close();
      await this.#target.discard?.(this.#context);
    } finally {
      await rm(this.#context.directory, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  /** Stores the value under all of its keys; whether the backend takes it. */
  async fill(value: BenchmarkValue): Promise<boolean> {
    for (let index = 0; index < value.storedKeys; index++) {
      if (!(await this.#cache.set(storedKey(index), value.make()))) return false;
    }
    return true;
  }

  async empty(): Promise<void> {
    await this.#cache.clear();
  }

  /** Warms up for `warmUpMs`, and finds out how many operations take about `sampleMs`. */
  async prepare(operation: Operation, value: BenchmarkValue, sampleMs: number, warmUpMs: number): Promise<Plan> {
    const endAt = performance.now() + warmUpMs;
    const most = Math.max(1, Math.min(MAX_COUNT, Math.floor(MAX_BYTES / value.sizeBytes)));
    for (let count = 1; ; ) {
      const usual = medianOf(await this.sample(operation, value, { count, groupSize: 1 }));
      const wanted = Math.ceil((sampleMs * 1_000) / Math.max(usual, 0.01));
      // The first ones were slower: not at once as many as they let expect.
      count = Math.max(1, Math.min(most, wanted, count * 4));
      if (performance.now() < endAt) continue;
      return { count, groupSize: Math.min(count, Math.ceil(GROUP_MICROSECONDS / Math.max(usual, 0.01))) };
    }
  }

  /** Microseconds an operation took, for each group of operations one after the other. */
  async sample(operation: Operation, value: BenchmarkValue, { count, groupSize }: Plan): Promise<readonly number[]> {
    const keys = await this.#keysFor(operation, value, count);
    const made = value.make();
    const microseconds: number[] = [];
    for (let start = 0; start < count; start += groupSize) {
      const group = keys.slice(start, start + groupSize);
      const startedAt = performance.now();
      for (const key of group) {
        const answer = await operation.run(this.#cache, key, made);
        if (!operation.isRight(answer)) throw this.#wrongAnswer(operation, value, answer);
      }
      microseconds.push(((performance.now() - startedAt) * 1_000) / group.length);
    }
    await this.#cleanUp(operation, keys);
    return microseconds;
  }

  async #keysFor({ keys, preparation }: Operation, value: BenchmarkValue, count: number): Promise<readonly string[]> {
    if (keys === 'stored') return Array.from({ length: count }, (_, index) => storedKey(index % value.storedKeys));
    const fresh = Array.from({ length: count }, () => `fresh ${this.#freshKeys++}`);
    if (preparation === 'store before') for (const key of fresh) await this.#cache.set(key, value.make());
    return fresh;
  }

  async #cleanUp({ preparation }: Operation, keys: readonly string[]): Promise<void> {
    if (preparation === 'remove after') await this.#cache.deleteMany(keys);
  }

  #wrongAnswer(operation: Operation, value: BenchmarkValue, answer: unknown): Error {
    const what = `'${operation.name}' with ${value.name} wrongly, by ${show(answer)}`;
    return new Error(
      `${this.name} answered ${what}. Does it pass the conformance suite, and hold ${MAX_COUNT} small entries?`,
    );
  }
}

function storedKey(index: number): string {
  return `stored ${index}`;
}
