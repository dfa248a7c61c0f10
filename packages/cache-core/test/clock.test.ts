import { execFileSync } from 'node:child_process';
import { ManualClock, systemClock } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';

describe('ManualClock', () => {
  it('stands still until it is moved', () => {
    const clock = new ManualClock(1_000);
    expect(clock.now()).toBe(1_000);
    clock.advance(5);
    expect(clock.now()).toBe(1_005);
    clock.set(10);
    expect(clock.now()).toBe(10);
  });

  it('runs timers that fall due, in order, at their time', () => {
    const clock = new ManualClock(0);
    const runs: string[] = [];
    clock.repeat(() => runs.push(`a ${clock.now()}`), 30);
    clock.repeat(() => runs.push(`b ${clock.now()}`), 20);
    clock.advance(19);
    expect(runs).toEqual([]);
    clock.advance(41);
    expect(runs).toEqual(['b 20', 'a 30', 'b 40', 'a 60', 'b 60']);
    expect(clock.now()).toBe(60);
  });

  it('runs no timer again that was cancelled, also by itself', () => {
    const clock = new ManualClock(0);
    let runs = 0;
    const cancel = clock.repeat(() => {
      runs++;
      cancel();
    }, 10);
    expect(clock.timerCount).toBe(1);
    clock.advance(100);
    expect(runs).toBe(1);
    expect(clock.timerCount).toBe(0);
    cancel();
  });

  it('runs nothing when it is moved backwards, and nothing twice afterwards', () => {
    const clock = new ManualClock(0);
    let runs = 0;
    clock.repeat(() => runs++, 10);
    clock.advance(10);
    clock.set(0);
    clock.advance(19);
    expect(runs).toBe(1);
    clock.advance(1);
    expect(runs).toBe(2);
  });
});

describe('systemClock', () => {
  it('tells epoch milliseconds', () => {
    const before = Date.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    expect(systemClock.now()).toBeLessThanOrEqual(Date.now());
  });

  it('repeats until it is cancelled', async () => {
    let runs = 0;
    await new Promise<void>((resolve) => {
      const cancel = systemClock.repeat(() => {
        if (++runs < 3) return;
        cancel();
        resolve();
      }, 1);
      // The timer keeps nothing alive, the test included.
      setTimeout(resolve, 10_000).unref();
    });
    expect(runs).toBe(3);
  });

  it('keeps no process alive, and takes an interval of a year for no interval at all', () => {
    const module = JSON.stringify(import.meta.resolve('@glovebox/cache-core'));
    const program = `
      import { systemClock } from ${module};
      systemClock.repeat(() => console.log('ran'), 365 * 86_400_000);
      systemClock.repeat(() => console.log('ran'), 60_000);
      setTimeout(() => console.log('end'), 20);
    `;
    const options = { encoding: 'utf8', timeout: 15_000 } as const;
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], options)).toBe('end\n');
  });
});
