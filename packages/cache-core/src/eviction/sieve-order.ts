import type { EvictionOrder, OrderNode } from './eviction-order.js';
import { LinkedList } from './linked-list.js';

const UNVISITED = 0;
const VISITED = 1;

/**
 * SIEVE: entries stand in the order of their arrival, and a read does no more than mark one. A hand goes from the oldest to
 * the newest and round again; it takes the first entry without a mark, and wipes the marks that it passes (Y. Zhang,
 * J. Yang, Y. Yue, Y. Vigfusson, K. V. Rashmi: "SIEVE is Simpler than LRU", NSDI 2024).
 */
export class SieveOrder<N extends OrderNode<N>> implements EvictionOrder<N> {
  #queue = new LinkedList<N>();
  /** Where the hand goes on; at the oldest entry when undefined. */
  #hand: N | undefined;

  get size(): number {
    return this.#queue.size;
  }

  insert(node: N): void {
    node.orderState = UNVISITED;
    this.#queue.append(node);
  }

  replace(node: N, successor: N): void {
    successor.orderState = VISITED;
    if (this.#hand === node) this.#hand = successor;
    this.#queue.replace(node, successor);
  }

  use(node: N): void {
    node.orderState = VISITED;
  }

  remove(node: N): void {
    if (this.#hand === node) this.#hand = node.next;
    this.#queue.remove(node);
  }

  takeVictim(spared?: N): N | undefined {
    if (this.#queue.size <= (spared === undefined ? 0 : 1)) return undefined;
    // Ends in the second round at the latest: the first one has wiped every mark.
    for (let node = this.#hand ?? this.#queue.first; ; node = node?.next ?? this.#queue.first) {
      if (node === undefined) return undefined;
      if (node === spared) continue;
      if (node.orderState === VISITED) {
        node.orderState = UNVISITED;
        continue;
      }
      this.#hand = node;
      this.remove(node);
      return node;
    }
  }

  clear(): void {
    this.#queue = new LinkedList();
    this.#hand = undefined;
  }
}
