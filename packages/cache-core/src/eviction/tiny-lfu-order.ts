import type { EvictionOrder, OrderNode } from './eviction-order.js';
import { FrequencySketch } from './frequency-sketch.js';
import { LinkedList } from './linked-list.js';

/** Share of the entries outside of the window that are protected. */
const PROTECTED_SHARE = 0.8;
/** Entries that leave the window at once when it has become smaller: an operation must not wait for thousands. */
const MAX_MOVES = 16;

/** A candidate used as often as this is let in at random now and then, whatever it is compared with. */
const WARM_ESTIMATE = 6;
const RANDOM_ADMISSIONS = 1 / 128;

/** Low bits of `orderState`; the others are the key's hash. */
const SEGMENT = 3;
const IN_WINDOW = 0;
const IN_PROBATION = 1;
const IN_PROTECTED = 2;

/** A 32-bit hash by which a {@link FrequencySketch} knows the key; the low bits are 0. */
export function sketchHash(node: { readonly orderState: number }): number {
  return node.orderState & ~SEGMENT;
}

/**
 * W-TinyLFU with a window of a given share: newcomers stand in the window, which goes by recency. What leaves it is compared
 * with the entry that the main part would give up, and the one used less often, by a sketch that remembers keys no longer
 * held, goes. The main part protects what is used again there (G. Einziger, R. Friedman, B. Manes: "TinyLFU: A Highly
 * Efficient Cache Admission Policy", ACM ToS 2017). With a share of 1 it is LRU.
 */
export class TinyLfuOrder<N extends OrderNode<N>> implements EvictionOrder<N> {
  /** From 0 to 1; takes effect little by little, as entries are inserted. */
  windowShare: number;
  #window = new LinkedList<N>();
  #probation = new LinkedList<N>();
  #protected = new LinkedList<N>();
  /** What the window pushed out last: the others in probation have been compared. */
  #candidate: N | undefined;

  readonly #sketch = new FrequencySketch();
  readonly #random: () => number;
  /** Not the same in every process: nobody can choose keys whose counters are those of another. */
  readonly #seed: number;

  /** @param random from 0 up to 1 */
  constructor(windowShare: number, random: () => number = Math.random) {
    this.windowShare = windowShare;
    this.#random = random;
    this.#seed = Math.floor(random() * 2 ** 32) | 0;
  }

  get size(): number {
    return this.#window.size + this.#probation.size + this.#protected.size;
  }

  insert(node: N): void {
    node.orderState = (hashOf(node.key, this.#seed) & ~SEGMENT) | IN_WINDOW;
    this.#window.append(node);
    this.#sketch.ensureCapacity(this.size);
    this.#sketch.increment(sketchHash(node));
    this.#trimWindow();
  }

  replace(node: N, successor: N): void {
    successor.orderState = node.orderState;
    this.#segmentOf(node).replace(node, successor);
    if (this.#candidate === node) this.#candidate = successor;
    this.#promote(successor);
  }

  use(node: N): void {
    this.#promote(node);
  }

  remove(node: N): void {
    if (this.#candidate === node) this.#candidate = undefined;
    this.#segmentOf(node).remove(node);
  }

  takeVictim(spared?: N): N | undefined {
    const victim = this.#chooseVictim(spared);
    this.#candidate = undefined;
    if (victim !== undefined) this.remove(victim);
    return victim;
  }

  clear(): void {
    this.#window = new LinkedList();
    this.#probation = new LinkedList();
    this.#protected = new LinkedList();
    this.#candidate = undefined;
    this.#sketch.clear();
  }

  #chooseVictim(spared: N | undefined): N | undefined {
    const oldest = this.#probation.firstBut(spared) ?? this.#protected.firstBut(spared);
    const candidate = this.#candidate === spared ? undefined : this.#candidate;
    if (oldest === undefined || candidate === undefined) return oldest ?? candidate ?? this.#window.firstBut(spared);
    if (candidate === oldest) return this.#chooseBeside(candidate, spared);
    return this.#isAdmitted(candidate, oldest) ? oldest : candidate;
  }

  /** The candidate is all that is in probation: it is compared with what the protected segment would give up. */
  #chooseBeside(candidate: N, spared: N | undefined): N {
    const oldest = this.#protected.firstBut(spared);
    return oldest !== undefined && this.#isAdmitted(candidate, oldest) ? oldest : candidate;
  }

  #isAdmitted(candidate: N, oldest: N): boolean {
    const estimate = this.#sketch.estimate(sketchHash(candidate));
    if (estimate > this.#sketch.estimate(sketchHash(oldest))) return true;
    return estimate >= WARM_ESTIMATE && this.#random() < RANDOM_ADMISSIONS;
  }

  #promote(node: N): void {
    this.#sketch.increment(sketchHash(node));
    const segment = this.#segmentOf(node);
    segment.remove(node);
    if (segment === this.#window) {
      segment.append(node);
      return;
    }
    this.#enter(this.#protected, node, IN_PROTECTED);
    if (this.#candidate === node) this.#candidate = undefined;
    const mainSize = this.#probation.size + this.#protected.size;
    while (this.#protected.size > Math.max(1, mainSize * PROTECTED_SHARE)) {
      this.#move(this.#protected, this.#probation, IN_PROBATION);
    }
  }

  #trimWindow(): void {
    const share = Math.max(1, Math.floor(this.size * this.windowShare));
    for (let moves = 0; this.#window.size > share && moves < MAX_MOVES; moves++) {
      this.#candidate = this.#move(this.#window, this.#probation, IN_PROBATION);
    }
  }

  /** Moves the oldest of a segment to the young end of another. */
  #move(from: LinkedList<N>, to: LinkedList<N>, segment: number): N | undefined {
    const node = from.first;
    if (node === undefined) return undefined;
    from.remove(node);
    this.#enter(to, node, segment);
    return node;
  }

  #enter(to: LinkedList<N>, node: N, segment: number): void {
    node.orderState = (node.orderState & ~SEGMENT) | segment;
    to.append(node);
  }

  #segmentOf(node: N): LinkedList<N> {
    const segment = node.orderState & SEGMENT;
    if (segment === IN_WINDOW) return this.#window;
    return segment === IN_PROBATION ? this.#probation : this.#protected;
  }
}

/** 32 bits: FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo), from a seed, with its high bits mixed into the low ones. */
function hashOf(key: string, seed: number): number {
  let hash = seed ^ 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return hash ^ (hash >>> 15);
}
