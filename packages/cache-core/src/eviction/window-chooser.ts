import type { OrderNode } from './eviction-order.js';
import { TinyLfuOrder } from './tiny-lfu-order.js';

/** Shares that are tried beside each other: from nearly pure frequency to LRU. */
const WINDOW_SHARES = [0.01, 0.05, 0.2, 0.6, 1] as const;
/** Most entries of a miniature: larger caches sample their keys. */
const MAX_ENTRIES = 512;
/** Reads between two choices: one for each entry of a miniature, but no fewer than this. */
const MIN_READS = 100;
/** What counted in the last choice counts for so much in the next one. */
const MEMORY = 0.9;
/** Another share must have had more hits by this part of the reads, so that noise changes nothing. */
const MARGIN = 0.02;

class MiniatureNode implements OrderNode<MiniatureNode> {
  readonly key: string;
  readonly sample: number;
  orderState = 0;
  previous: MiniatureNode | undefined = undefined;
  next: MiniatureNode | undefined = undefined;

  constructor(key: string, sample: number) {
    this.key = key;
    this.sample = sample;
  }
}

/** A cache of keys without values, a share of the real one's size, that sees as large a share of its keys. */
class Miniature {
  readonly windowShare: number;
  hits = 0;
  score = 0;
  readonly #order: TinyLfuOrder<MiniatureNode>;
  readonly #nodes = new Map<string, MiniatureNode>();

  constructor(windowShare: number, random: () => number) {
    this.windowShare = windowShare;
    this.#order = new TinyLfuOrder(windowShare, random);
  }

  read(key: string, sample: number, maxEntries: number): void {
    const known = this.#nodes.get(key);
    if (known !== undefined) {
      this.hits++;
      this.#order.use(known);
      return;
    }
    const node = new MiniatureNode(key, sample);
    this.#nodes.set(key, node);
    this.#order.insert(node);
    while (this.#nodes.size > maxEntries) {
      const victim = this.#order.takeVictim(node);
      if (victim === undefined) return;
      this.#nodes.delete(victim.key);
    }
  }

  /** Drops the keys that are sampled no longer. */
  keepSample(mask: number): void {
    for (const node of this.#nodes.values()) {
      if ((node.sample & mask) === 0) continue;
      this.#order.remove(node);
      this.#nodes.delete(node.key);
    }
  }
}

/**
 * Chooses the window's share by trying some: small simulated caches, one a share, are shown a sample of the keys, and the
 * one with the most hits decides. A climber that goes by the cache's own hit rate needs many times the reads, and on short
 * traces ends below LRU (miniature simulation: C. Waldspurger, T. Saemundsson, I. Ahmad, N. Park: "Cache Modeling and
 * Optimization using Miniature Simulations", USENIX ATC 2017; for the window: G. Einziger, O. Eytan, R. Friedman, B. Manes:
 * "Adaptive Software Cache Management", Middleware 2018).
 */
export class WindowChooser {
  readonly #miniatures: readonly Miniature[];
  /** Which of the miniatures. */
  #chosen = 0;
  /** One key in two to this power is sampled. */
  #sampleBits = 0;
  #isFull = false;
  #reads = 0;
  #weight = 0;

  constructor(random: () => number) {
    this.#miniatures = WINDOW_SHARES.map((share) => new Miniature(share, random));
  }

  get windowShare(): number {
    return this.#miniatures[this.#chosen]?.windowShare ?? WINDOW_SHARES[0];
  }

  /** Whether the cache has given up an entry. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** The cache has given up its first entry: its size is its capacity from now on, and that of the miniatures its share. */
  start(): void {
    this.#isFull = true;
  }

  /** A read of a key, hit or miss, in a cache of `size` entries. @param hash 32 bits */
  read(key: string, hash: number, size: number): void {
    while (size >>> this.#sampleBits > MAX_ENTRIES) {
      this.#sampleBits++;
      for (const miniature of this.#miniatures) miniature.keepSample(this.#mask);
    }
    // Other bits than those that choose a sketch's counters.
    const sample = Math.imul(hash, 0x9e3779b1) >>> 8;
    if ((sample & this.#mask) !== 0) return;
    const maxEntries = this.#isFull ? Math.max(1, size >>> this.#sampleBits) : Number.POSITIVE_INFINITY;
    for (const miniature of this.#miniatures) miniature.read(key, sample, maxEntries);
    if (this.#isFull && ++this.#reads >= Math.max(MIN_READS, maxEntries)) this.#choose();
  }

  get #mask(): number {
    return (1 << this.#sampleBits) - 1;
  }

  #choose(): void {
    this.#weight = this.#weight * MEMORY + this.#reads;
    this.#reads = 0;
    let best = 0;
    for (const [index, miniature] of this.#miniatures.entries()) {
      miniature.score = miniature.score * MEMORY + miniature.hits;
      miniature.hits = 0;
      if (miniature.score > this.#scoreOf(best)) best = index;
    }
    if (this.#scoreOf(best) <= this.#scoreOf(this.#chosen) + this.#weight * MARGIN) return;
    // One step at a time: a short phase that another share would have served better must not turn the cache over.
    this.#chosen += Math.sign(best - this.#chosen);
  }

  #scoreOf(index: number): number {
    return this.#miniatures[index]?.score ?? 0;
  }
}
