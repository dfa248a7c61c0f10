import { describe, expect, it } from 'vitest';
import { ExpirySchedule } from '../src/expiry-schedule.js';
import type { MemoryEntry } from '../src/memory-entry.js';
import { makeEntry } from './entries.js';
import { SEEDS, seededRandom } from './random.js';

const fewTtls = (random: (below: number) => number) => [1, 60, 3_600][random(3)] ?? 1;
const manyTtls = (random: (below: number) => number) => 1 + random(10_000) / 7;

describe('the expiry schedule', () => {
  for (const seed of SEEDS) {
    for (const [name, ttlOf] of Object.entries({ 'few times to live': fewTtls, 'many times to live': manyTtls })) {
      it(`names what expires next, with ${name} and a clock that goes back at times (seed ${seed})`, () => {
        const random = seededRandom(seed);
        const schedule = new ExpirySchedule();
        const held = new Set<MemoryEntry>();
        let now = 1_000_000;
        for (let step = 0; step < 2_000; step++) {
          now += random(50) === 0 ? -random(20_000) : random(400);
          if (random(10) < 6) {
            const entry = makeEntry(`k${step}`, { createdAt: now, ttlSeconds: ttlOf(random) });
            schedule.add(entry);
            held.add(entry);
          } else if (held.size > 0) {
            const victim = random(2) === 0 ? schedule.first : [...held][random(held.size)];
            if (victim === undefined) throw new Error('the schedule is empty, though entries are held');
            schedule.remove(victim);
            held.delete(victim);
          }
          const soonest = Math.min(...[...held].map(({ expiresAt }) => expiresAt ?? Number.POSITIVE_INFINITY));
          expect(schedule.first?.expiresAt ?? Number.POSITIVE_INFINITY).toBe(soonest);
        }
        for (const entry of held) schedule.remove(entry);
        expect(schedule.first).toBeUndefined();
      });
    }
  }

  it('leaves out entries that never expire, and removes what it does not hold without a fault', () => {
    const schedule = new ExpirySchedule();
    const eternal = makeEntry('eternal');
    schedule.add(eternal);
    expect(schedule.first).toBeUndefined();
    schedule.remove(eternal);
    const brief = makeEntry('brief', { ttlSeconds: 1 });
    schedule.add(brief);
    schedule.remove(brief);
    schedule.remove(brief);
    expect(schedule.first).toBeUndefined();
  });
});
