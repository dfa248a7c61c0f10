import type { ResolvedSetOptions } from './checks.js';
import { isSameEntry } from './entry.js';
import { CacheError, isCacheError } from './errors.js';
import { KeyQueue } from './key-queue.js';
import { type CacheOperation, printableKey } from './observation.js';
import { describeValue } from './options.js';
import type { Draft, StoreAccess } from './store-access.js';
import type { StoredEntry } from './types.js';

/** Times that a change is made again because the key was written meanwhile. */
const MAX_ATTEMPTS = 100;

/** The options of a change: what is left out stays as it is in an entry that is there. */
export interface ResolvedUpdateOptions {
  readonly created: ResolvedSetOptions;
  readonly ttlSeconds: number | null | undefined;
  readonly tags: readonly string[] | undefined;
}

/** The live entry of a key and its value, which is `undefined` for a missing and for a damaged one. */
interface Look<P> {
  readonly entry: StoredEntry<P> | undefined;
  readonly value: unknown;
}

/** What is to be stored, if anything, and what to answer when it is. */
interface Change<P, R> {
  readonly draft?: Draft<P>;
  readonly answer: R;
}

/** Operations that read a key and write it: one at a time for each key, between processes where the backend locks. */
export class AtomicUpdates<P> {
  readonly #store: StoreAccess<P>;
  readonly #queue = new KeyQueue();

  constructor(store: StoreAccess<P>) {
    this.#store = store;
  }

  add(key: string, value: unknown, settings: ResolvedSetOptions): Promise<boolean> {
    const draft = this.#store.draft(key, value, settings);
    return this.#exclusively('add', key, false, async () => {
      const look = await this.#look('add', key);
      if (look === 'unknown' || look.value !== undefined) return false;
      return this.#store.store('add', { ...draft, expects: (entry) => isSameEntry(look.entry, entry) });
    });
  }

  update<T>(
    operation: CacheOperation,
    key: string,
    change: (current: T | undefined) => T | undefined | Promise<T | undefined>,
    options: ResolvedUpdateOptions,
  ): Promise<T | undefined> {
    return this.#exclusively(operation, key, undefined, () =>
      this.#retry<T | undefined>(operation, key, undefined, async (look) => {
        const next = await change(look.value as T | undefined);
        // The cache may have been closed while the caller was thinking.
        this.#store.checkOpen();
        const before = intact(look);
        // Decoded anew: the function may have changed what it was given.
        if (next === undefined) return { answer: before && (this.#store.decode(key, before) as T) };
        return { draft: this.#store.draft(key, next, this.#settingsFor(before, options)), answer: next };
      }),
    );
  }

  increment(key: string, by: number, options: ResolvedUpdateOptions): Promise<number | undefined> {
    const add = (current: unknown): number => {
      if (current === undefined) return by;
      if (typeof current === 'number') return current + by;
      const found = typeof current === 'object' ? describeValue(current) : `of type ${typeof current}`;
      throw new CacheError('CACHE_WRONG_TYPE', `the value to increment is ${found}; allowed is a number`, { key });
    };
    return this.update<number>('increment', key, add, options);
  }

  touch(key: string, ttlSeconds: number | null): Promise<boolean> {
    return this.#exclusively('touch', key, false, () =>
      this.#retry<boolean>('touch', key, false, async (look) => {
        const before = intact(look);
        if (before === undefined) return { answer: false };
        const { payload, tags } = before;
        return { draft: { key, payload, ttlSeconds, tags, graceMs: graceOf(before) }, answer: true };
      }),
    );
  }

  take<T>(key: string): Promise<T | undefined> {
    return this.#exclusively('take', key, undefined, async () => {
      const hit = await this.#store.entered(() => this.#store.takeOut(key));
      return hit?.value as T | undefined;
    });
  }

  /** Looks, has the change made, and writes if the entry is still the same; else all of it again. */
  async #retry<R>(
    operation: CacheOperation,
    key: string,
    failed: R,
    change: (look: Look<P>) => Promise<Change<P, R>>,
  ): Promise<R> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const look = await this.#look(operation, key);
      if (look === 'unknown') return failed;
      const { draft, answer } = await change(look);
      if (draft === undefined) return answer;
      let hasChanged = false;
      const expects = (entry: StoredEntry<P> | undefined) => {
        hasChanged = !isSameEntry(look.entry, entry);
        return !hasChanged;
      };
      if (await this.#store.store(operation, { ...draft, expects })) return answer;
      if (!hasChanged) return failed;
    }
    const reason = `${operation} of ${printableKey(key)}: others wrote the key ${MAX_ATTEMPTS} times in a row`;
    this.#store.report(operation, new CacheError('CACHE_BACKEND_FAILED', reason, { key }), key);
    return failed;
  }

  /** `'unknown'`, after reporting the fault, where it can't be told what is there: then nothing may be written. */
  async #look(operation: CacheOperation, key: string): Promise<Look<P> | 'unknown'> {
    let entry: StoredEntry<P> | undefined;
    try {
      entry = await this.#store.entered(() => this.#store.peek(key));
      return { entry, value: entry && this.#store.decode(key, entry) };
    } catch (error) {
      this.#store.report(operation, error, key);
      return isCacheError(error, 'CACHE_CORRUPT_ENTRY') ? { entry, value: undefined } : 'unknown';
    }
  }

  /** What is not asked for stays: the instant of the expiry, not the time from now on. */
  #settingsFor(before: StoredEntry<P> | undefined, options: ResolvedUpdateOptions): ResolvedSetOptions {
    if (before === undefined) return options.created;
    const { expiresAt } = before;
    const leftSeconds = expiresAt === null ? null : (expiresAt - this.#store.clock.now()) / 1_000;
    const { ttlSeconds = leftSeconds, tags = before.tags } = options;
    return { ttlSeconds, tags, graceMs: graceOf(before) };
  }

  /** Runs the task while no other runs for the key; a fault of the lock is reported and answered with `failed`. */
  async #exclusively<R>(operation: CacheOperation, key: string, failed: R, task: () => Promise<R>): Promise<R> {
    const store = this.#store;
    if (!store.isReady() && !(await store.openStore())) return failed;
    return this.#queue.run(key, async () => {
      // The cache may have been closed while this one waited for its turn.
      store.checkOpen();
      let running: Promise<R> | undefined;
      try {
        return await store.withUpdateLock(key, () => {
          running = task();
          return running;
        });
      } catch (error) {
        if (running === undefined) {
          store.report(operation, error, key);
          return failed;
        }
        // The task's own error reaches the caller; a lock that could not be released takes nothing from what was done.
        const result = await running;
        store.report(operation, error, key);
        return result;
      }
    });
  }
}

function intact<P>({ entry, value }: Look<P>): StoredEntry<P> | undefined {
  return value === undefined ? undefined : entry;
}

function graceOf({ expiresAt, graceUntil }: StoredEntry<unknown>): number {
  return expiresAt === null || graceUntil === undefined ? 0 : graceUntil - expiresAt;
}
