import { describe, expect, it } from 'vitest';
import { AdaptiveTinyLfuOrder } from '../../src/eviction/adaptive-tiny-lfu-order.js';
import type { EvictionOrder } from '../../src/eviction/eviction-order.js';
import { S3FifoOrder } from '../../src/eviction/s3-fifo-order.js';
import { SieveOrder } from '../../src/eviction/sieve-order.js';
import { TinyLfuOrder } from '../../src/eviction/tiny-lfu-order.js';
import { Node, Shelf, seededNumbers, seededShares } from './nodes.js';

const ORDERS: Record<string, () => EvictionOrder<Node>> = {
  sieve: () => new SieveOrder(),
  's3-fifo': () => new S3FifoOrder(),
  'w-tinylfu': () => new AdaptiveTinyLfuOrder(seededShares(1)),
  'w-tinylfu, all window': () => new TinyLfuOrder(1, seededShares(1)),
};

describe.each(Object.entries(ORDERS))('the order %s', (_name, create) => {
  it.each([1, 2, 3])('holds what was put into it and not taken out, whatever is done (seed %i)', (seed) => {
    const random = seededNumbers(seed);
    const shelf = new Shelf(create(), 30);
    for (let step = 0; step < 5_000; step++) {
      const key = `k${random(60)}`;
      const action = random(10);
      if (action < 6) shelf.read(key);
      else if (action < 8) shelf.write(key);
      else shelf.remove(key);
      expect(shelf.order.size).toBe(shelf.nodes.size);
      expect(shelf.nodes.size).toBeLessThanOrEqual(30);
    }
    const left = new Set(shelf.nodes.keys());
    for (let victim = shelf.order.takeVictim(); victim !== undefined; victim = shelf.order.takeVictim()) {
      expect(left.delete(victim.key)).toBe(true);
    }
    expect(left.size).toBe(0);
    expect(shelf.order.size).toBe(0);
  });

  it('never takes the spared entry, wherever it stands', () => {
    const order = create();
    const nodes = ['a', 'b', 'c'].map((key) => new Node(key));
    for (const node of nodes) order.insert(node);
    const [spared] = nodes;
    const taken = [order.takeVictim(spared), order.takeVictim(spared), order.takeVictim(spared)];
    expect(taken.map((node) => node?.key).sort()).toEqual(['b', 'c', undefined]);
  });

  it('is empty once it is cleared, and serves again', () => {
    const order = create();
    order.insert(new Node('a'));
    order.clear();
    expect(order.size).toBe(0);
    expect(order.takeVictim()).toBeUndefined();
    order.insert(new Node('b'));
    expect(order.takeVictim()?.key).toBe('b');
  });
});

describe('SIEVE', () => {
  it.each([1, 2, 3])('takes what a hand that goes along an array takes (seed %i)', (seed) => {
    const random = seededNumbers(seed);
    const shelf = new Shelf(new SieveOrder(), 20);
    const queue: { key: string; isVisited: boolean }[] = [];
    let hand = 0;
    for (let step = 0; step < 5_000; step++) {
      const key = `k${random(40)}`;
      const known = queue.find((entry) => entry.key === key);
      let expected: string | undefined;
      if (known !== undefined) known.isVisited = true;
      else if (queue.push({ key, isVisited: false }) > 20) {
        for (; ; hand++) {
          // The newest entry is the one just written, and spared.
          if (hand >= queue.length - 1) hand = 0;
          const entry = queue[hand];
          if (entry === undefined || !entry.isVisited) break;
          entry.isVisited = false;
        }
        expected = queue.splice(hand, 1)[0]?.key;
      }
      expect(shelf.read(key)).toBe(expected);
    }
  });
});

describe('S3-FIFO', () => {
  it.each([1, 2, 3])('takes what three plain arrays take (seed %i)', (seed) => {
    const random = seededNumbers(seed);
    const shelf = new Shelf(new S3FifoOrder(), 20);
    const small: { key: string; uses: number }[] = [];
    const main: { key: string; uses: number }[] = [];
    const ghosts: string[] = [];
    const evict = (newest: string): string | undefined => {
      for (;;) {
        const size = small.length + main.length;
        const [newcomer] = small.filter(({ key }) => key !== newest);
        const [settled] = main.filter(({ key }) => key !== newest);
        if (newcomer !== undefined && (small.length >= size / 10 || settled === undefined)) {
          small.splice(small.indexOf(newcomer), 1);
          if (newcomer.uses >= 2) {
            main.push({ key: newcomer.key, uses: 0 });
            continue;
          }
          ghosts.push(newcomer.key);
          while (ghosts.length > (size - 1) * 0.9) ghosts.shift();
          return newcomer.key;
        }
        if (settled === undefined) return undefined;
        main.splice(main.indexOf(settled), 1);
        if (settled.uses === 0) return settled.key;
        main.push({ key: settled.key, uses: settled.uses - 1 });
      }
    };
    for (let step = 0; step < 5_000; step++) {
      // Squares, so that some keys come often.
      const key = `k${Math.floor(random(60) ** 2 / 60)}`;
      const known = [...small, ...main].find((entry) => entry.key === key);
      let expected: string | undefined;
      if (known !== undefined) known.uses = Math.min(3, known.uses + 1);
      else {
        const ghost = ghosts.indexOf(key);
        if (ghost >= 0) ghosts.splice(ghost, 1);
        (ghost >= 0 ? main : small).push({ key, uses: 0 });
        if (small.length + main.length > 20) expected = evict(key);
      }
      expect(shelf.read(key)).toBe(expected);
    }
  });
});

describe('W-TinyLFU', () => {
  it('with nothing but its window is LRU', () => {
    const random = seededNumbers(5);
    const shelf = new Shelf(new TinyLfuOrder(1, seededShares(5)), 20);
    const recent: string[] = [];
    for (let step = 0; step < 3_000; step++) {
      const key = `k${random(40)}`;
      const known = recent.indexOf(key);
      if (known >= 0) recent.splice(known, 1);
      recent.push(key);
      expect(shelf.read(key)).toBe(recent.length > 20 ? recent.shift() : undefined);
    }
  });

  it('keeps what is read often through scans of a hundred times its size', () => {
    // A sketch takes a key now and then for another that is used more: with some seeds a popular key goes, with most none.
    const lostOf = (seed: number) => {
      const shelf = new Shelf(new TinyLfuOrder(0.01, seededShares(seed)), 100);
      const popular = Array.from({ length: 90 }, (_, index) => `popular ${index}`);
      for (let round = 0; round < 4; round++) for (const key of popular) shelf.read(key);
      let lost = 0;
      for (let step = 0; step < 10_000; step++) {
        shelf.read(`scanned ${step}`);
        if (step % 20 === 0) for (const key of popular) if (shelf.read(key) !== undefined) lost++;
      }
      return lost;
    };
    const lost = Array.from({ length: 20 }, (_, seed) => lostOf(seed));
    expect(lost.filter((count) => count === 0).length).toBeGreaterThanOrEqual(15);
    // Of 45,000 reads.
    expect(Math.max(...lost)).toBeLessThan(100);
  });

  it('lets in a newcomer that is used more often than what would go, and no other', () => {
    const shelf = new Shelf(new TinyLfuOrder(0.01, seededShares(3)), 100);
    for (let index = 0; index < 100; index++) shelf.read(`old ${index}`);
    expect(shelf.read('used')).toBe('old 99');
    for (let use = 0; use < 3; use++) shelf.read('used');
    expect(shelf.read('unused')).toBe('old 0');
    expect(shelf.nodes.has('used')).toBe(true);
    expect(shelf.read('next')).toBe('unused');
  });

  it('turns to recency where that serves, and comes close to LRU there', () => {
    const hitsOf = (order: EvictionOrder<Node>) => {
      const random = seededNumbers(7);
      const shelf = new Shelf(order, 200);
      let hits = 0;
      for (let step = 0; step < 60_000; step++) {
        // A working set of 180 keys that moves on by one key every 10 reads.
        const key = `k${Math.floor(step / 10) + random(180)}`;
        if (shelf.nodes.has(key)) hits++;
        shelf.read(key);
      }
      return hits / 60_000;
    };
    const lru = hitsOf(new TinyLfuOrder(1, seededShares(1)));
    expect(hitsOf(new TinyLfuOrder(0.01, seededShares(1)))).toBeLessThan(lru - 0.05);
    expect(hitsOf(new AdaptiveTinyLfuOrder(seededShares(1)))).toBeGreaterThan(lru - 0.02);
  });
});
