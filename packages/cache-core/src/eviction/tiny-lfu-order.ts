import type { EvictionOrder, OrderNode } from './eviction-order.js';
import { FrequencySketch } from './frequency-sketch.js';
import { LinkedList } from './linked-list.js';

/** Shares: of the window in all entries at first, of the protected segment in the others. */
const FIRST_WINDOW_SHARE = 0.01;
const MAX_WINDOW_SHARE = 0.8;
const PROTECTED_SHARE = 0.8;

/** The window's share is changed by so much at first, and by a little less each time. */
const FIRST_STEP = 0.0625;
const STEP_DECAY = 0.98;
/** A change of the hit rate that shows another workload: steps are large again. */
const RESTARTING_CHANGE = 0.05;

/** A candidate used as often as this is let in at random now and then, whatever it is compared with. */
const WARM_ESTIMATE = 6;
const RANDOM_ADMISSIONS = 1 / 128;

/** Low bits of `orderState`; the others are the key's hash. */
const SEGMENT = 3;
const IN_WINDOW = 0;
const IN_PROBATION = 1;
const IN_PROTECTED = 2;

/**
 * W-TinyLFU: newcomers stand in a small window that goes by recency. What leaves it is compared with the entry that the
 * main part would give up, and the one used less often, by a sketch that remembers keys no longer held, goes. The main part
 * protects what is used again there (G. Einziger, R. Friedman, B. Manes: "TinyLFU: A Highly Efficient Cache Admission
 * Policy", ACM ToS 2017). The window grows and shrinks as the hit rate answers (G. Einziger, O. Eytan, R. Friedman,
 * B. Manes: "Adaptive Software Cache Management", Middleware 2018).
 */
export class TinyLfuOrder<N extends OrderNode<N>> implements EvictionOrder<N> {
  #window = new LinkedList<N>();
  #probation = new LinkedList<N>();
  #protected = new LinkedList<N>();
  /** What the window pushed out last: the others in probation have been compared. */
  #candidate: N | undefined;

  readonly #sketch = new FrequencySketch();
  readonly #random: () => number;
  /** Not the same in every process: nobody can choose keys whose counters are those of another. */
  readonly #seed: number;

  #windowShare = FIRST_WINDOW_SHARE;
  #step = -FIRST_STEP;
  #hits = 0;
  #misses = 0;
  #lastHitRate = 0;

  /** @param random from 0 up to 1 */
  constructor(random: () => number = Math.random) {
    this.#random = random;
    this.#seed = Math.floor(random() * 2 ** 32) | 0;
  }

  get size(): number {
    return this.#window.size + this.#probation.size + this.#protected.size;
  }

  insert(node: N): void {
    this.#misses++;
    const hash = hashOf(node.key, this.#seed);
    node.orderState = (hash & ~SEGMENT) | IN_WINDOW;
    this.#window.append(node);
    this.#sketch.ensureCapacity(this.size);
    this.#sketch.increment(node.orderState & ~SEGMENT);
    this.#adapt();
    this.#trimWindow();
  }

  replace(node: N, successor: N): void {
    successor.orderState = node.orderState;
    this.#segmentOf(node).replace(node, successor);
    if (this.#candidate === node) this.#candidate = successor;
    this.#promote(successor);
  }

  use(node: N): void {
    this.#hits++;
    this.#promote(node);
    this.#adapt();
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
    const estimate = this.#sketch.estimate(candidate.orderState & ~SEGMENT);
    if (estimate > this.#sketch.estimate(oldest.orderState & ~SEGMENT)) return true;
    return estimate >= WARM_ESTIMATE && this.#random() < RANDOM_ADMISSIONS;
  }

  #promote(node: N): void {
    this.#sketch.increment(node.orderState & ~SEGMENT);
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
    while (this.#window.size > Math.max(1, Math.floor(this.size * this.#windowShare))) {
      this.#candidate = this.#move(this.#window, this.#probation, IN_PROBATION);
    }
  }

  /** Climbs: goes on in the direction that raised the hit rate, turns where it fell. */
  #adapt(): void {
    const reads = this.#hits + this.#misses;
    if (reads < this.#sketch.sampleSize) return;
    const hitRate = this.#hits / reads;
    const change = hitRate - this.#lastHitRate;
    const step = change >= 0 ? this.#step : -this.#step;
    this.#windowShare = Math.min(MAX_WINDOW_SHARE, Math.max(0, this.#windowShare + step));
    this.#step = Math.abs(change) >= RESTARTING_CHANGE ? Math.sign(step) * FIRST_STEP : step * STEP_DECAY;
    this.#lastHitRate = hitRate;
    this.#hits = 0;
    this.#misses = 0;
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
