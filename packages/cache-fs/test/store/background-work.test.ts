import { describe, expect, it } from 'vitest';
import { BackgroundWork } from '../../src/store/background-work.js';

describe('background work', () => {
  it('that waits for a run under way does not start once closed', async () => {
    const ends: (() => void)[] = [];
    const work = new BackgroundWork(() => new Promise<void>((resolve) => ends.push(resolve)), 1);
    const first = work.run();
    const second = work.run();
    const closing = work.close();
    ends[0]?.();
    await Promise.all([first, second, closing]);
    expect(ends).toHaveLength(1);
  });

  it('that took long is put off for longer, up to a limit', async () => {
    const starts: number[] = [];
    const work = new BackgroundWork(
      async () => {
        starts.push(performance.now());
        await new Promise((resolve) => setTimeout(resolve, 20));
      },
      1,
      200,
    );
    await work.run();
    work.request();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await work.close();
    const [first = 0, second = 0] = starts;
    expect(second - first).toBeGreaterThan(200);
  });

  it('asked for many times in a row runs once', async () => {
    let runs = 0;
    let hasRun = () => {};
    const running = new Promise<void>((resolve) => {
      hasRun = resolve;
    });
    const work = new BackgroundWork(async () => {
      runs++;
      hasRun();
    }, 1);
    for (let request = 0; request < 100; request++) work.request();
    await running;
    await work.close();
    work.request();
    expect(runs).toBe(1);
  });
});
