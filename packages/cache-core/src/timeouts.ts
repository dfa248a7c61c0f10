import type { Clock } from './clock.js';

/** What {@link within} answers when time was up. */
export const LATE: unique symbol = Symbol('late');

/**
 * The outcome of `work`, or {@link LATE} once `limitMs` have passed. The work goes on, and its failure is nobody's any more.
 * @param limitMs milliseconds; 0 waits for nothing that is not there yet; `undefined` waits for ever
 */
export async function within<T>(clock: Clock, work: Promise<T>, limitMs: number | undefined): Promise<T | typeof LATE> {
  if (limitMs === undefined) return work;
  if (limitMs === 0) return Promise.race([work, LATE] as const);
  let cancelTimer = () => {};
  const late = new Promise<typeof LATE>((resolve) => {
    cancelTimer = clock.repeat(() => resolve(LATE), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancelTimer();
  }
}
