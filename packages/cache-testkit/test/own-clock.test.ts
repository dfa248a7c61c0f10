import { type BaseCacheOptions, ManualClock, type StoredEntry } from '@glovebox/cache-core';
import { type ConformanceTarget, runConformance, type StoreContext } from '@glovebox/cache-testkit';
import { describe, expect, it } from 'vitest';
import { ReferenceCache, targetOf } from './reference-cache.js';

/** A store's own clock, some milliseconds ahead of everybody else's, by directory. */
const clocks = new Map<string, ManualClock>();

function clockOf({ clock, directory }: StoreContext): ManualClock {
  const known = clocks.get(directory) ?? new ManualClock(clock.now() + 3);
  clocks.set(directory, known);
  return known;
}

/** Forgets what expired by the clock of its store, as a server does. */
class ServerCache extends ReferenceCache {
  readonly #storeClock: ManualClock;

  constructor(options: BaseCacheOptions, context: StoreContext) {
    super(options);
    this.#storeClock = clockOf(context);
  }

  protected override readEntry(key: string): StoredEntry | undefined {
    const entry = this.stored.get(key);
    const isGone = typeof entry?.expiresAt === 'number' && entry.expiresAt <= this.#storeClock.now();
    return isGone ? undefined : entry;
  }
}

const target: ConformanceTarget = {
  ...targetOf('a store with a clock of its own', ServerCache),
  skip: {
    'ttl/cleanup-counts': 'the store has forgotten what a cleanup would count',
    'ttl/automatic-cleanup': 'the store has forgotten what a cleanup would count',
  },
  advance: (milliseconds, context) => clockOf(context).advance(milliseconds),
  discard: ({ directory }) => {
    clocks.delete(directory);
  },
};

describe('a store with a clock of its own', () => {
  it('passes, but for exact instants, which it is not asked', async () => {
    const report = await runConformance(target, { groups: ['ttl'] });
    expect(report.toText()).toContain(' 0 failed');
    expect(report.results.find(({ id }) => id === 'ttl/live-until-the-end')?.reason).toMatch(
      /lives by the injected clock/,
    );
  });

  it('is told of every step of the time', async () => {
    const steps: number[] = [];
    const listening: ConformanceTarget = { ...target, advance: (milliseconds) => void steps.push(milliseconds) };
    await runConformance(listening, { checks: ['ttl/default'], configurations: ['default'] });
    expect(steps).toEqual([9_000, 1_500]);
  });

  it('would be asked for exact instants if it declared no advance, and fail', async () => {
    // Both clocks are moved at once here, the store's still ahead.
    const { advance: _, ...undeclared } = target;
    const moving: ConformanceTarget = {
      ...undeclared,
      create(config, context) {
        const { clock } = context;
        const now = () => clock.now() + 3;
        const storeClock = Object.assign(new ManualClock(), { now });
        clocks.set(context.directory, storeClock);
        return target.create(config, context);
      },
    };
    const { results } = await runConformance(moving, { checks: ['ttl/live-until-the-end'] });
    expect(results.map(({ status }) => status)).toEqual(['failed', 'failed']);
  });
});
