import { setImmediate } from 'node:timers/promises';
import { debugLine } from './observation.js';
import type { CacheManager, FactoryContext, GetOrSetOptions, Ttl } from './types.js';
import type { WarmFactory, WarmFailure, WarmOptions, WarmOutcome, WarmReport } from './warm.js';

/** Failures that a report holds: the million that a server which is down makes would be of no use. */
const MAX_FAILURES = 100;
/** Keys that are there, and factories without a promise, would else keep everything else from running until the end. */
const LONGEST_TURN_MS = 10;

interface RunOptions extends Pick<WarmOptions, 'onProgress' | 'signal'> {
  readonly concurrency: number;
}

/** One call of `warm`, its options checked. */
export class WarmRun<T> {
  readonly #cache: CacheManager;
  readonly #keys: Iterable<string> | AsyncIterable<string>;
  readonly #factory: WarmFactory<T>;
  readonly #settings: GetOrSetOptions<T>;
  readonly #options: RunOptions;
  readonly #counts = { hitCount: 0, computedCount: 0, failedCount: 0 };
  readonly #failures: WarmFailure[] = [];
  /** Those of factories under way that have asked for a signal. */
  readonly #controllers = new Set<AbortController>();
  #underWay = 0;
  /** Called when a key is done, and when the run ends early. */
  #wake: () => void = ignore;
  /** Why no further key is taken. */
  #end: { readonly error: unknown } | undefined;

  constructor(
    cache: CacheManager,
    keys: Iterable<string> | AsyncIterable<string>,
    factory: WarmFactory<T>,
    settings: GetOrSetOptions<T>,
    options: RunOptions,
  ) {
    this.#cache = cache;
    this.#keys = keys;
    this.#factory = factory;
    this.#settings = settings;
    this.#options = options;
  }

  run(): Promise<WarmReport> {
    const { signal } = this.#options;
    if (signal === undefined) return this.#all();
    return new Promise((resolve, reject) => {
      const abort = () => {
        // At once: neither the next key nor a factory need be the kind that heeds a signal.
        reject(signal.reason);
        this.#endWith(signal.reason);
        for (const controller of this.#controllers) controller.abort(signal.reason);
      };
      if (signal.aborted) {
        abort();
        return;
      }
      signal.addEventListener('abort', abort, { once: true });
      const settled = () => signal.removeEventListener('abort', abort);
      this.#all().finally(settled).then(resolve, reject);
    });
  }

  async #all(): Promise<WarmReport> {
    let turnStartedAt = performance.now();
    try {
      for await (const key of this.#keys) {
        while (this.#underWay >= this.#options.concurrency && !this.#isEnded()) await this.#nextDone();
        if (this.#isEnded()) break;
        this.#underWay++;
        void this.#warmOne(key);
        if (performance.now() - turnStartedAt < LONGEST_TURN_MS) continue;
        await setImmediate();
        turnStartedAt = performance.now();
      }
    } finally {
      // Also when the keys end with an error: nothing of this goes on behind the caller's back.
      while (this.#underWay > 0 && !this.#isAborted()) await this.#nextDone();
    }
    return this.#report();
  }

  /** @throws what ended the run early */
  #report(): WarmReport {
    if (this.#end !== undefined) throw this.#end.error;
    return Object.freeze({
      totalCount: this.#doneCount(),
      ...this.#counts,
      failures: Object.freeze(this.#failures),
    });
  }

  /** Never rejects. */
  async #warmOne(key: string): Promise<void> {
    try {
      if (await this.#cache.exists(key)) this.#tell(key, 'hit');
      else await this.#compute(key);
    } catch (error) {
      // A key that is none, or a closed cache: the keys to come would fare no better.
      this.#endWith(error);
    } finally {
      this.#underWay--;
      this.#wake();
    }
  }

  async #compute(key: string): Promise<void> {
    let outcome: WarmOutcome = 'hit';
    let failure: WarmFailure | undefined;
    const compute = async (context: FactoryContext): Promise<T> => {
      const own = new WarmContext(context, this.#options.signal, this.#controllers);
      try {
        const value = await this.#factory(key, own);
        outcome = 'computed';
        return value;
      } catch (error) {
        // Told here too: a caller who is served an older value instead does not hear of it.
        failure = { key, error };
        throw error;
      } finally {
        own.release();
      }
    };
    try {
      await this.#cache.getOrSet(key, compute, this.#settings);
    } catch (error) {
      failure ??= { key, error };
    }
    if (failure !== undefined && this.#failures.length < MAX_FAILURES) this.#failures.push(Object.freeze(failure));
    this.#tell(key, failure === undefined ? outcome : 'failed');
  }

  #tell(key: string, outcome: WarmOutcome): void {
    this.#counts[`${outcome}Count`]++;
    const { onProgress } = this.#options;
    if (onProgress === undefined || this.#isAborted()) return;
    try {
      onProgress({ key, outcome, doneCount: this.#doneCount(), totalCount: this.#totalCount(), ...this.#counts });
    } catch (error) {
      debugLine(`onProgress of warm threw: ${error instanceof Error ? error.message : typeof error}`);
    }
  }

  #doneCount(): number {
    const { hitCount, computedCount, failedCount } = this.#counts;
    return hitCount + computedCount + failedCount;
  }

  #totalCount(): number | undefined {
    if (Array.isArray(this.#keys)) return this.#keys.length;
    return this.#keys instanceof Set ? this.#keys.size : undefined;
  }

  #isAborted(): boolean {
    return this.#options.signal?.aborted === true;
  }

  #isEnded(): boolean {
    return this.#end !== undefined;
  }

  #endWith(error: unknown): void {
    this.#end ??= { error };
    this.#wake();
  }

  /** One promise a wait: a race over those under way would pile up reactions on the slowest. */
  #nextDone(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** What a factory is given, with a signal that the caller of `warm` can abort too. */
class WarmContext implements FactoryContext {
  readonly #context: FactoryContext;
  readonly #callers: AbortSignal | undefined;
  readonly #controllers: Set<AbortController>;
  #controller: AbortController | undefined;

  constructor(context: FactoryContext, callers: AbortSignal | undefined, controllers: Set<AbortController>) {
    this.#context = context;
    this.#callers = callers;
    this.#controllers = controllers;
  }

  get signal(): AbortSignal {
    const own = this.#context.signal;
    if (this.#callers === undefined) return own;
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      // In a set, and not listening to the caller's signal: many factories would be many listeners of one signal.
      this.#controllers.add(controller);
      if (this.#callers.aborted) controller.abort(this.#callers.reason);
      else if (own.aborted) controller.abort(own.reason);
      else own.addEventListener('abort', () => controller.abort(own.reason), { once: true });
    }
    return this.#controller.signal;
  }

  get previous(): unknown {
    return this.#context.previous;
  }

  readonly setTtl = (ttl: Ttl): void => this.#context.setTtl(ttl);

  readonly setTags = (tags: readonly string[]): void => this.#context.setTags(tags);

  readonly skip = (): void => this.#context.skip();

  release(): void {
    if (this.#controller !== undefined) this.#controllers.delete(this.#controller);
  }
}

function ignore(): void {}
