import type { ResolvedSetOptions } from './checks.js';
import { type Flight, SingleFlight } from './single-flight.js';
import type { StoreAccess } from './store-access.js';
import type { Factory } from './types.js';

/** What a flight brings: the payload lets every waiter have a value of its own. */
interface Computed<P> {
  readonly value: unknown;
  readonly payload?: P;
}

/** `getOrSet`: one run of a factory for all that ask for a missing key at once. */
export class Computing<P> {
  readonly #store: StoreAccess<P>;
  readonly #flights = new SingleFlight<Computed<P>>();

  constructor(store: StoreAccess<P>) {
    this.#store = store;
  }

  /** The key is being written or removed: what is being computed for it must not replace that. */
  outdate(key: string): void {
    this.#flights.outdate(key);
  }

  outdateAll(): void {
    this.#flights.outdateAll();
  }

  async getOrSet<T>(key: string, factory: Factory<T>, settings: ResolvedSetOptions): Promise<T> {
    const store = this.#store;
    const isOpen = store.isReady() || (await store.openForRead('getOrSet', key));
    const hit = isOpen ? await store.entered(async () => store.read('getOrSet', key)) : undefined;
    if (hit !== undefined) return hit.value as T;
    const { result, isLeader } = this.#flights.join(key, (flight) => this.#compute(key, factory, settings, flight));
    const computed = await result;
    const isOwnValue = isLeader || computed.payload === undefined;
    return (isOwnValue ? computed.value : store.codec.decode(computed.payload as P)) as T;
  }

  async #compute<T>(
    key: string,
    factory: Factory<T>,
    settings: ResolvedSetOptions,
    flight: Flight,
  ): Promise<Computed<P>> {
    const store = this.#store;
    const task = async (): Promise<Computed<P>> => {
      const found = await this.#findAgain(key);
      if (found !== undefined) return found;
      const value: T = await factory();
      if (value === undefined) return { value };
      const draft = store.draft(key, value, settings);
      const canStore = store.isReady() || (!store.isClosed() && (await store.openStore()));
      if (canStore && !store.isClosed() && !flight.isOutdated) await store.store('getOrSet', draft);
      return { value, payload: draft.payload };
    };
    return store.isReady() ? this.#locked(key, task) : task();
  }

  /** Runs the task once, under the key's lock if it can be had: a fault of the lock is none of the task. */
  async #locked<T>(key: string, task: () => Promise<T>): Promise<T> {
    let running: Promise<T> | undefined;
    const runOnce = () => {
      running ??= task();
      return running;
    };
    try {
      return await this.#store.withEntryLock(key, runOnce);
    } catch (error) {
      const result = await runOnce();
      this.#store.report('getOrSet', error, key);
      return result;
    }
  }

  /** Another flight, here or in another process, may have stored the key since the read that missed. */
  async #findAgain(key: string): Promise<Computed<P> | undefined> {
    const store = this.#store;
    if (!store.isReady()) return undefined;
    return store.guarded('getOrSet', key, undefined, async () => {
      const entry = await store.peek(key);
      return entry && { value: store.decode(key, entry), payload: entry.payload };
    });
  }
}
