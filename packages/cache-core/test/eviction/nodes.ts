import type { EvictionOrder, OrderNode } from '../../src/eviction/eviction-order.js';

export class Node implements OrderNode<Node> {
  readonly key: string;
  orderState = 0;
  previous: Node | undefined = undefined;
  next: Node | undefined = undefined;

  constructor(key: string) {
    this.key = key;
  }
}

/** An order with the keys that it holds, and as many of them as it may hold. */
export class Shelf {
  readonly nodes = new Map<string, Node>();
  readonly order: EvictionOrder<Node>;
  readonly #capacity: number;

  constructor(order: EvictionOrder<Node>, capacity: number) {
    this.order = order;
    this.#capacity = capacity;
  }

  /** A read that hits, or a miss followed by a write; the key that went. */
  read(key: string): string | undefined {
    const known = this.nodes.get(key);
    if (known === undefined) return this.write(key);
    this.order.use(known);
    return undefined;
  }

  write(key: string): string | undefined {
    const node = new Node(key);
    const known = this.nodes.get(key);
    this.nodes.set(key, node);
    if (known === undefined) this.order.insert(node);
    else this.order.replace(known, node);
    if (this.nodes.size <= this.#capacity) return undefined;
    const victim = this.order.takeVictim(node);
    if (victim !== undefined) this.nodes.delete(victim.key);
    return victim?.key;
  }

  remove(key: string): void {
    const node = this.nodes.get(key);
    if (node === undefined) return;
    this.order.remove(node);
    this.nodes.delete(key);
  }
}

/** Numbers from 0 up to `limit`, the same ones for the same seed. */
export function seededNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** A `random` for orders: shares from 0 up to 1, the same ones for the same seed. */
export function seededShares(seed: number): () => number {
  const random = seededNumbers(seed);
  return () => random(2 ** 32) / 2 ** 32;
}
