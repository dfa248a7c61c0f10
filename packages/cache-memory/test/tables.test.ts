import { describe, expect, it } from 'vitest';
import type { EntryTable } from '../src/entry-table.js';
import { FifoTable } from '../src/fifo-table.js';
import { LfuTable } from '../src/lfu-table.js';
import { LruTable } from '../src/lru-table.js';
import { MapTable } from '../src/map-table.js';
import type { MemoryEntry } from '../src/memory-entry.js';
import { makeEntry } from './entries.js';
import { SEEDS, seededRandom } from './random.js';

interface Modelled {
  readonly entry: MemoryEntry;
  readonly writtenAt: number;
  usedAt: number;
}

type Rank = (a: Modelled, b: Modelled) => number;

/** A table that searches all it has, slow and plain. */
class NaiveTable {
  readonly held = new Map<string, Modelled>();
  readonly #rank: Rank | undefined;
  #step = 0;

  constructor(rank: Rank | undefined) {
    this.#rank = rank;
  }

  put(entry: MemoryEntry): void {
    this.#step++;
    this.held.set(entry.key, { entry, writtenAt: this.#step, usedAt: this.#step });
  }

  use(key: string): void {
    const known = this.held.get(key);
    if (known !== undefined) known.usedAt = ++this.#step;
  }

  takeVictim(protectedKey: string | undefined): MemoryEntry | undefined {
    if (this.#rank === undefined) return undefined;
    const [victim] = [...this.held.values()].filter(({ entry }) => entry.key !== protectedKey).sort(this.#rank);
    if (victim !== undefined) this.held.delete(victim.entry.key);
    return victim?.entry;
  }
}

const policies: Record<string, { make: () => EntryTable; rank: Rank | undefined }> = {
  lru: { make: () => new LruTable(), rank: (a, b) => a.usedAt - b.usedAt },
  lfu: {
    make: () => new LfuTable(),
    rank: (a, b) => a.entry.accessCount - b.entry.accessCount || a.usedAt - b.usedAt,
  },
  fifo: { make: () => new FifoTable(), rank: (a, b) => a.writtenAt - b.writtenAt },
  ttl: { make: () => new MapTable(), rank: undefined },
};

for (const [policy, { make, rank }] of Object.entries(policies)) {
  describe(`the table of ${policy}`, () => {
    for (const seed of SEEDS) {
      it(`gives up what a search through all entries would (seed ${seed})`, () => {
        const random = seededRandom(seed);
        const table = make();
        const model = new NaiveTable(rank);
        for (let step = 0; step < 3_000; step++) {
          const key = `k${random(40)}`;
          const held = table.get(key);
          expect(held).toBe(model.held.get(key)?.entry);
          const action = random(100);
          if (action < 40) {
            // A write keeps the count of reads, or starts again where the old entry had expired.
            const accessCount = held === undefined || random(5) === 0 ? 0 : held.accessCount;
            const entry = makeEntry(key, { accessCount });
            table.put(entry, held);
            model.put(entry);
            if (random(2) === 0) expect(table.takeVictim(key)).toBe(model.takeVictim(key));
          } else if (action < 80) {
            if (held === undefined) continue;
            held.accessCount++;
            table.use(held);
            model.use(key);
          } else if (action < 90) {
            if (held !== undefined) table.remove(held);
            model.held.delete(key);
          } else if (action < 99) {
            expect(table.takeVictim(undefined)).toBe(model.takeVictim(undefined));
          } else {
            table.clear();
            model.held.clear();
          }
          expect(table.size).toBe(model.held.size);
        }
        expect([...table.keys()].sort()).toEqual([...model.held.keys()].sort());
      });
    }

    it('lists every key that stays, while each one listed is removed', () => {
      const table = make();
      const keys = Array.from({ length: 100 }, (_, index) => `k${index}`);
      for (const key of keys) table.put(makeEntry(key), undefined);
      const listed: string[] = [];
      for (const key of table.keys()) {
        listed.push(key);
        const entry = table.get(key);
        if (entry !== undefined) table.remove(entry);
      }
      expect(listed.sort()).toEqual([...keys].sort());
      expect(table.size).toBe(0);
    });

    it('spares the protected entry, also when it is the only one', () => {
      const table = make();
      table.put(makeEntry('only'), undefined);
      expect(table.takeVictim('only')).toBeUndefined();
      expect(table.get('only')).toBeDefined();
    });
  });
}

it('removing the only entry of an LRU table costs the same after many entries', () => {
  const table = new LruTable();
  for (let index = 0; index < 300_000; index++) table.put(makeEntry(`k${index}`), undefined);
  while (table.size > 0) table.takeVictim(undefined);
  const startedAt = performance.now();
  for (let round = 0; round < 1_000; round++) {
    const entry = makeEntry('one');
    table.put(entry, undefined);
    table.remove(entry);
  }
  // Wiping three hundred thousand slots each time takes seconds.
  expect(performance.now() - startedAt).toBeLessThan(500);
});
