import { mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type CacheManager, systemClock } from '@glovebox/cache-core';
import { show } from '../show.js';
import type { ConformanceTarget, StoreContext } from '../target.js';
import type { Operation } from './operations.js';
import type { BenchmarkValue } from './values.js';

/** Operations in one go, at most, and bytes that they may store: no more than caches hold without being asked to. */
const MAX_COUNT = 1_000;
const MAX_BYTES = 16 * 1024 * 1024;

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

  /** Warms up until one go takes `sampleMs`, or `warmUpMs` are over; how many operations that go has. */
  async prepare(operation: Operation, value: BenchmarkValue, sampleMs: number, warmUpMs: number): Promise<number> {
    const endAt = performance.now() + warmUpMs;
    const most = Math.max(1, Math.min(MAX_COUNT, Math.floor(MAX_BYTES / value.sizeBytes)));
    let count = 1;
    for (;;) {
      const tookMs = (await this.mean(operation, value, count)) * (count / 1_000);
      const isEnough = tookMs >= sampleMs || count === most;
      if (performance.now() >= endAt) return count;
      // Enough, and time left: the same again, since the first ones were slower.
      if (!isEnough) count = Math.min(most, Math.ceil(count * Math.min(8, Math.max(1.5, sampleMs / tookMs))));
    }
  }

  /** Microseconds an operation, as the mean of so many of them one after the other. */
  async mean(operation: Operation, value: BenchmarkValue, count: number): Promise<number> {
    const keys = await this.#keysFor(operation, value, count);
    const made = value.make();
    const startedAt = performance.now();
    for (const key of keys) {
      const answer = await operation.run(this.#cache, key, made);
      if (!operation.isRight(answer)) throw this.#wrongAnswer(operation, value, answer);
    }
    const tookMs = performance.now() - startedAt;
    await this.#cleanUp(operation, keys);
    return (tookMs * 1_000) / count;
  }

  /** Microseconds of each of so many operations, timed one by one. */
  async latencies(operation: Operation, value: BenchmarkValue, count: number): Promise<readonly number[]> {
    const keys = await this.#keysFor(operation, value, count);
    const made = value.make();
    const microseconds: number[] = [];
    for (const key of keys) {
      const startedAt = performance.now();
      const answer = await operation.run(this.#cache, key, made);
      microseconds.push((performance.now() - startedAt) * 1_000);
      if (!operation.isRight(answer)) throw this.#wrongAnswer(operation, value, answer);
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
