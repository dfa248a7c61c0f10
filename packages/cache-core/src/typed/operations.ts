import type { AtomicUpdates } from '../atomic-updates.js';
import { type CacheParts, type Fitting, fitted, isUseless } from '../fitting.js';
import type { Computing } from '../get-or-set.js';
import { NamespaceTags } from '../namespace-tags.js';
import type { CacheOperation } from '../observation.js';
import type { Hit, StoreAccess } from '../store-access.js';

/** What the operations of a cache are made of, reading what fits alone. */
export class FittedOperations {
  readonly store: StoreAccess<unknown>;
  readonly computing: Computing<unknown>;
  readonly updates: AtomicUpdates<unknown>;
  /** What stands before a key of the view in the store. */
  readonly prefix: string;
  /** How the view's tags are known there. */
  readonly tags: NamespaceTags;
  readonly #fitting: Fitting;

  constructor({ store, computing, updates, prefix }: CacheParts, fitting: Fitting) {
    this.store = {
      ...store,
      fitting,
      read: (operation, key) => store.read(operation, key, fitting),
      takeOut: (key) => store.takeOut(key, fitting),
    };
    this.computing = computing.over(this.store);
    this.updates = updates.over(this.store);
    this.prefix = prefix;
    this.tags = new NamespaceTags(prefix);
    this.#fitting = fitting;
  }

  /** A counted read. */
  read(operation: CacheOperation, storeKey: string): Promise<Hit<unknown> | undefined> {
    const { store } = this;
    return store.entered(async () => {
      const isOpen = store.isReady() || (await store.openForRead(operation, storeKey));
      return isOpen ? store.read(operation, storeKey) : undefined;
    });
  }

  /** Whether there is an entry that fits, uncounted. */
  hasFitting(operation: CacheOperation, storeKey: string): Promise<boolean> {
    const { store } = this;
    return store.guarded(operation, storeKey, false, async () => {
      const entry = await store.peek(storeKey);
      if (entry === undefined) return false;
      try {
        await fitted(this.#fitting, storeKey, entry, () => store.decode(storeKey, entry));
        return true;
      } catch (error) {
        if (isUseless(error)) return false;
        throw error;
      }
    });
  }
}
