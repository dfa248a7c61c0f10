import type { ResolvedSetOptions } from './checks.js';
import { isSameEntry } from './entry.js';
import { CacheError } from './errors.js';
import { fitted, isMisfit, isUseless } from './fitting.js';
import { KeyQueue } from './key-queue.js';
import { type CacheOperation, printableKey } from './observation.js';
import { describeValue } from './options.js';
import type { Draft, StoreAccess } from './store-access.js';
import type { SetOptions, StoredEntry } from './types.js';

/** Times that a change is made again because the key was written meanwhile. */
const MAX_ATTEMPTS = 100;

/** The options of a change: what is left out stays as it is in an entry that is there. */
export interface ResolvedUpdateOptions {
  readonly created: ResolvedSetOptions;
  readonly ttlSeconds: number | null | undefined;
  readonly tags: readonly string[] | undefined;
  readonly isSliding: boolean | undefined;
}

/** @param options what the caller gave, of which `created` was resolved */
export function resolveUpdateOptions(
  created: ResolvedSetOptions,
  options: SetOptions | undefined,
): ResolvedUpdateOptions {
  return {
    created,
    ttlSeconds: options?.ttl === undefined ? undefined : created.ttlSeconds,
    tags: options?.tags === undefined ? undefined : created.tags,
    isSliding: options?.sliding === undefined ? undefined : created.isSliding,
  };
}

/** The live entry of a key and its value, which is `undefined` for a missing one and for one of no use. */
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
  readonly #queue: KeyQueue;

  constructor(store: StoreAccess<P>, queue = new KeyQueue()) {
    this.#store = store;
    this.#queue = queue;
  }

  /** For readers who expect something of entries, one at a time with the others. */
  over(store: StoreAccess<P>): AtomicUpdates<P> {
    return new AtomicUpdates(store, this.#queue);
  }

  add(key: string, value: unknown, settings: ResolvedSetOptions): Promise<boolean> {
    const draft = this.#store.draft(key, value, settings);
    const tagMark = draft.tags.length > 0 && this.#store.isReady() ? this.#store.markTags() : undefined;
    return this.#exclusively('add', key, false, async () => {
      const look = await this.#look('add', key);
      if (look === 'unknown' || look.value !== undefined) return false;
      return this.#store.store('add', {
        ...draft,
        tagMark,
        expects: (entry) => isSameEntry(look.entry, entry),
      });
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
        const { payload, tags, isSliding = false } = before;
        return { draft: { key, payload, ttlSeconds, tags, graceMs: graceOf(before), isSliding }, answer: true };
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
      // Before the look: what is made of what was read is as old as that.
      const tagMark = this.#store.markTags();
      const look = await this.#look(operation, key);
      if (look === 'unknown') return failed;
      const { draft, answer } = await change(look);
      if (draft === undefined) return answer;
      let hasChanged = false;
      const expects = (entry: StoredEntry<P> | undefined) => {
        hasChanged = !isSameEntry(look.entry, entry);
        return !hasChanged;
      };
      if (await this.#store.store(operation, { ...draft, tagMark, expects })) return answer;
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
      return { entry, value: entry && (await this.#valueOf(key, entry)) };
    } catch (error) {
      if (!isMisfit(error)) this.#store.report(operation, error, key);
      return isUseless(error) ? { entry, value: undefined } : 'unknown';
    }
  }

  #valueOf(key: string, entry: StoredEntry<P>): unknown {
    const { fitting } = this.#store;
    const decode = () => this.#store.decode(key, entry);
    return fitting === undefined ? decode() : fitted(fitting, key, entry, decode);
  }

  /** What is not asked for stays: the instant of the expiry, not the time from now on. */
  #settingsFor(before: StoredEntry<P> | undefined, options: ResolvedUpdateOptions): ResolvedSetOptions {
    if (before === undefined) return options.created;
    const { expiresAt } = before;
    const { isSliding = before.isSliding === true } = options;
    const leftSeconds = expiresAt === null ? null : (expiresAt - this.#store.clock.now()) / 1_000;
    // A change is a read too: it extends what reads extend.
    const keptSeconds = before.isSliding === true ? before.ttlSeconds : leftSeconds;
    const { ttlSeconds = keptSeconds, tags = before.tags } = options;
    return { ttlSeconds, tags, graceMs: graceOf(before), isSliding };
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
