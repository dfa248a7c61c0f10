import { CacheError, describeValue } from '@glovebox/cache-core';
import { StoreFaults } from './store-faults.js';

/**
 * What {@link fromKeyv} takes: an instance of Keyv, a storage adapter for it, or a `Map`. Methods that only some have, such as
 * `iterator` or `on`, are used where they are.
 */
export interface KeyvStore {
  get(key: string): unknown;
  set(key: string, value: string, ttlMs?: number): unknown;
  delete(key: string): unknown;
  clear(): unknown;
}

type Pairs = Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>;

/**
 * A store with the differences between stores taken away: what is missing, whether times are relative, and that some tell
 * their faults as events and answer as if nothing were there.
 */
export class KeyvClient {
  /** Whether all its entries can be listed. */
  readonly canList: boolean;
  readonly #store: KeyvStore;
  readonly #takesInstant: boolean;
  /** Of a store that tells its faults as events. */
  readonly #faults: StoreFaults | undefined;

  /**
   * @param onFault told the faults that no call has met, such as a lost connection
   * @throws CacheError `CACHE_INVALID_CONFIG` for what is no store
   */
  constructor(store: KeyvStore, onFault: (error: unknown) => void) {
    checkStore(store);
    this.#store = store;
    this.canList = canList(store);
    this.#takesInstant = Reflect.get(Object(Reflect.get(store, 'capabilities')), 'expires') === true;
    const { on } = methodsOf(store);
    if (on === undefined) return;
    this.#faults = new StoreFaults(onFault);
    // Without a listener some would throw, where nobody could catch it.
    on('error', this.#faults.hear);
  }

  /** Whatever is stored; a `Promise` where the store gives one. */
  get(key: string): unknown {
    return this.#ask(() => this.#store.get(key), isMissing);
  }

  /** @param keepMs after which the store may forget it; `undefined` for never */
  set(key: string, text: string, keepMs: number | undefined): void | Promise<void> {
    const instantOrMs = keepMs !== undefined && this.#takesInstant ? Date.now() + keepMs : keepMs;
    const answer = this.#ask(
      () => (instantOrMs === undefined ? this.#store.set(key, text) : this.#store.set(key, text, instantOrMs)),
      isFalse,
    );
    if (answer instanceof Promise) return answer.then(checkStored);
    checkStored(answer);
  }

  /** Whether there was something, as far as the store tells. */
  delete(key: string): boolean | Promise<boolean> {
    const answer = this.#ask(() => this.#store.delete(key), isFalse);
    return answer instanceof Promise ? answer.then((deleted) => deleted !== false) : answer !== false;
  }

  /** Removes everything, whoever wrote it. */
  async clear(): Promise<void> {
    await this.#ask(() => this.#store.clear(), isMissing);
  }

  /** Everything in it, whoever wrote it. */
  async *values(): AsyncGenerator<unknown, void> {
    const pairs = pairsOf(this.#store);
    for await (const [, value] of this.#faults?.list(pairs) ?? pairs) yield value;
  }

  /** @param isOwn nobody else uses the store: it is disconnected */
  async release(isOwn: boolean): Promise<void> {
    const { disconnect, off } = methodsOf(this.#store);
    // A store that is being disconnected may have errors to tell.
    if (isOwn) await disconnect?.();
    else if (this.#faults !== undefined) off?.('error', this.#faults.hear);
  }

  /** @param isNone whether an answer may hide a fault */
  #ask(ask: () => unknown, isNone: (answer: unknown) => boolean): unknown {
    if (this.#faults !== undefined) return this.#faults.call(ask, isNone);
    const answer = ask();
    return isPromiseLike(answer) ? Promise.resolve(answer) : answer;
  }
}

function checkStore(store: unknown): asserts store is KeyvStore {
  if (isStore(store)) return;
  throw new CacheError(
    'CACHE_INVALID_CONFIG',
    `fromKeyv: the store is ${describeValue(store)}; allowed is an object with get, set, delete and clear`,
  );
}

function isStore(value: unknown): value is KeyvStore {
  if (typeof value !== 'object' || value === null) return false;
  return ['get', 'set', 'delete', 'clear'].every((name) => typeof Reflect.get(value, name) === 'function');
}

/** An instance of keyv 6 always has an iterator: it yields nothing where the store within has none. */
function canList(store: KeyvStore): boolean {
  const { iterator, entries } = methodsOf(store);
  if (iterator === undefined) return entries !== undefined;
  const inner: unknown = Reflect.get(store, 'store');
  return !isStore(inner) || canList(inner);
}

function pairsOf(store: KeyvStore): Pairs {
  const { iterator, entries } = methodsOf(store);
  // Adapters for keyv 5 are told the namespace.
  return iterator?.(Reflect.get(store, 'namespace')) ?? entries?.() ?? [];
}

interface OptionalMethods {
  iterator(namespace: unknown): Pairs;
  entries(): Pairs;
  disconnect(): unknown;
  on(event: string, listener: (error: unknown) => void): unknown;
  off(event: string, listener: (error: unknown) => void): unknown;
}

/** Methods that only some stores have, bound. */
function methodsOf(store: KeyvStore): Partial<OptionalMethods> {
  const names = ['iterator', 'entries', 'disconnect', 'on', 'off'] as const;
  const found = names.map((name) => [name, Reflect.get(store, name)] as const);
  return Object.fromEntries(
    found.filter(([, method]) => typeof method === 'function').map(([name, method]) => [name, method.bind(store)]),
  );
}

function checkStored(answer: unknown): void {
  if (answer === false) throw new CacheError('CACHE_BACKEND_FAILED', 'the store says that it has not stored the entry');
}

function isMissing(answer: unknown): boolean {
  return answer === undefined || answer === null;
}

function isFalse(answer: unknown): boolean {
  return answer === false;
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
