import type { Request } from './trace.js';

/**
 * Share of the requests, in percent, that hit in a cache that knows the future: it gives up what is asked for latest
 * (L. A. Belady: "A study of replacement algorithms for a virtual-storage computer", IBM Systems Journal 1966). No policy
 * does better while all sizes are the same; where they are not, it is a good one, not the best.
 * @param capacity sum of the sizes held at most
 */
export function beladyHitRate(requests: readonly Request[], capacity: number): number {
  const nextUses = nextUsesOf(requests);
  const held = new Map<string, number>();
  const heap = new LatestFirst();
  let used = 0;
  let hits = 0;
  for (const [step, { key, sizeBytes }] of requests.entries()) {
    const next = nextUses[step] ?? Number.POSITIVE_INFINITY;
    if (held.has(key)) hits++;
    else if (sizeBytes > capacity) continue;
    else {
      used += sizeBytes;
      while (used > capacity) {
        const latest = heap.pop();
        if (latest === undefined) break;
        // One that has been asked for since stands in the heap again, with its later use.
        if (held.get(latest.key) !== latest.next) continue;
        held.delete(latest.key);
        used -= latest.sizeBytes;
      }
    }
    held.set(key, next);
    heap.push({ key, next, sizeBytes });
  }
  return (100 * hits) / requests.length;
}

/** The step of the next request of the same key, for each request. */
function nextUsesOf(requests: readonly Request[]): Float64Array {
  const nextUses = new Float64Array(requests.length);
  const last = new Map<string, number>();
  for (let step = requests.length - 1; step >= 0; step--) {
    const key = requests[step]?.key ?? '';
    nextUses[step] = last.get(key) ?? Number.POSITIVE_INFINITY;
    last.set(key, step);
  }
  return nextUses;
}

interface Held extends Request {
  readonly next: number;
}

/** A binary heap whose top is used latest. */
class LatestFirst {
  readonly #items: Held[] = [];

  push(item: Held): void {
    const items = this.#items;
    let index = items.length;
    items.push(item);
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      if (this.#next(parent) >= item.next) break;
      this.#swap(index, parent);
      index = parent;
    }
  }

  pop(): Held | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    items[0] = last;
    for (let index = 0; ; ) {
      let child = 2 * index + 1;
      if (child >= items.length) return top;
      if (child + 1 < items.length && this.#next(child + 1) > this.#next(child)) child++;
      if (last.next >= this.#next(child)) return top;
      this.#swap(index, child);
      index = child;
    }
  }

  #next(index: number): number {
    return this.#items[index]?.next ?? Number.NEGATIVE_INFINITY;
  }

  #swap(first: number, second: number): void {
    const items = this.#items;
    const [a, b] = [items[first], items[second]];
    if (a === undefined || b === undefined) return;
    items[first] = b;
    items[second] = a;
  }
}
