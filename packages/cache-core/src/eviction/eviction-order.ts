import type { Linked } from './linked-list.js';

/** An entry as an {@link EvictionOrder} sees it. */
export interface OrderNode<N> extends Linked<N> {
  readonly key: string;
  /** What the order notes of the entry: its own affair. 0 in an entry that is in no order. */
  orderState: number;
}

/**
 * Which entry goes next, by a policy that keeps a state of its own. Its shares (a window, a queue of newcomers) are
 * shares of the entries held, which are at the limit whenever one has to go: so it serves limits in bytes as well.
 */
export interface EvictionOrder<N extends OrderNode<N>> {
  readonly size: number;
  /** Adds the entry of a key that has none. */
  insert(node: N): void;
  /** Puts the new entry of a key in the place of its old one; counts as a use. */
  replace(node: N, successor: N): void;
  /** A read hit. */
  use(node: N): void;
  /** Takes out an entry for another reason than the policy's. */
  remove(node: N): void;
  /** Takes out the entry that goes next, never `spared`; `undefined` if there is no other. */
  takeVictim(spared?: N): N | undefined;
  clear(): void;
}
