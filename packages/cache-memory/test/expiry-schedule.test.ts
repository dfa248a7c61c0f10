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

  it('names an entry again when the grace that it was put off for is over', () => {
    const schedule = new ExpirySchedule();
    const stale = makeEntry('stale', { createdAt: 0, ttlSeconds: 1 });
    const fresh = makeEntry('fresh', { createdAt: 0, ttlSeconds: 5 });
    for (const entry of [stale, fresh]) schedule.add(entry);
    expect([schedule.firstDue(999), schedule.firstDue(1_000)]).toEqual([undefined, stale]);
    schedule.putOff(stale, 9_000);
    expect([schedule.firstDue(4_999), schedule.firstDue(5_000)]).toEqual([undefined, fresh]);
    schedule.remove(fresh);
    expect([schedule.firstDue(8_999), schedule.firstDue(9_000)]).toEqual([undefined, stale]);
    schedule.remove(stale);
    expect(schedule.first).toBeUndefined();
  });

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
