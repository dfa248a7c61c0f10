import type { EvictionOrder, OrderNode } from './eviction-order.js';
import { GhostQueue } from './ghost-queue.js';
import { LinkedList } from './linked-list.js';

/** Share of the entries that newcomers may hold. */
const SMALL_SHARE = 0.1;
/** Reads that a newcomer needs to stay. */
const PROMOTING_USES = 2;
const MAX_USES = 3;

/** `orderState` is the number of uses, 0 to 3, and this where the entry is in the main queue. */
const IN_MAIN = 4;

/**
 * S3-FIFO: newcomers pass a small queue, and only those that are read twice there go on to the main one; whose key comes
 * back soon after it went goes there at once. The main queue gives an entry another round for each read, three at most
 * (J. Yang, Y. Zhang, Z. Qiu, Y. Yue, K. V. Rashmi: "FIFO queues are all you need for cache eviction", SOSP 2023).
 */
export class S3FifoOrder<N extends OrderNode<N>> implements EvictionOrder<N> {
  #small = new LinkedList<N>();
  #main = new LinkedList<N>();
  readonly #ghosts = new GhostQueue();

  get size(): number {
    return this.#small.size + this.#main.size;
  }

  insert(node: N): void {
    if (this.#ghosts.take(node.key)) this.#enterMain(node, 0);
    else {
      node.orderState = 0;
      this.#small.append(node);
    }
  }

  replace(node: N, successor: N): void {
    successor.orderState = node.orderState;
    this.use(successor);
    this.#queueOf(node).replace(node, successor);
  }

  use(node: N): void {
    if ((node.orderState & MAX_USES) < MAX_USES) node.orderState++;
  }

  remove(node: N): void {
    this.#queueOf(node).remove(node);
  }

  takeVictim(spared?: N): N | undefined {
    for (;;) {
      const newcomer = this.#small.firstBut(spared);
      const settled = this.#main.firstBut(spared);
      const isSmallFull = this.#small.size >= this.size * SMALL_SHARE;
      if (newcomer !== undefined && (isSmallFull || settled === undefined)) {
        this.#small.remove(newcomer);
        if (newcomer.orderState < PROMOTING_USES) {
          this.#ghosts.add(newcomer.key, this.size * (1 - SMALL_SHARE));
          return newcomer;
        }
        this.#enterMain(newcomer, 0);
      } else if (settled !== undefined) {
        this.#main.remove(settled);
        const uses = settled.orderState & MAX_USES;
        if (uses === 0) return settled;
        this.#enterMain(settled, uses - 1);
      } else return undefined;
    }
  }

  clear(): void {
    this.#small = new LinkedList();
    this.#main = new LinkedList();
    this.#ghosts.clear();
  }

  #enterMain(node: N, uses: number): void {
    node.orderState = IN_MAIN | uses;
    this.#main.append(node);
  }

  #queueOf(node: N): LinkedList<N> {
    return (node.orderState & IN_MAIN) === 0 ? this.#small : this.#main;
  }
}
