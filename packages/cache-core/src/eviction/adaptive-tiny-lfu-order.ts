import type { EvictionOrder, OrderNode } from './eviction-order.js';
import { sketchHash, TinyLfuOrder } from './tiny-lfu-order.js';
import { WindowChooser } from './window-chooser.js';

/** W-TinyLFU whose window is as large as serves the program's reads best. */
export class AdaptiveTinyLfuOrder<N extends OrderNode<N>> implements EvictionOrder<N> {
  readonly #order: TinyLfuOrder<N>;
  readonly #chooser: WindowChooser;

  /** @param random from 0 up to 1 */
  constructor(random: () => number = Math.random) {
    this.#chooser = new WindowChooser(random);
    this.#order = new TinyLfuOrder(this.#chooser.windowShare, random);
  }

  get size(): number {
    return this.#order.size;
  }

  insert(node: N): void {
    this.#order.insert(node);
    this.#observe(node);
  }

  replace(node: N, successor: N): void {
    this.#order.replace(node, successor);
  }

  use(node: N): void {
    this.#order.use(node);
    // As long as nothing was given up, no window would have kept less: what is read now says little about later.
    if (this.#chooser.isFull) this.#observe(node);
  }

  remove(node: N): void {
    this.#order.remove(node);
  }

  takeVictim(spared?: N): N | undefined {
    this.#chooser.start();
    return this.#order.takeVictim(spared);
  }

  clear(): void {
    this.#order.clear();
  }

  #observe(node: N): void {
    this.#chooser.read(node.key, sketchHash(node), this.#order.size);
    this.#order.windowShare = this.#chooser.windowShare;
  }
}
