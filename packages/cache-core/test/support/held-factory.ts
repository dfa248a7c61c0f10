/** A factory for `getOrSet` that has begun when `start` resolves, and ends when the test says so. */
export interface HeldFactory<T> {
  readonly start: Promise<void>;
  readonly run: () => Promise<T>;
  readonly runs: () => number;
  finish(): void;
  fail(error: unknown): void;
}

export function heldFactory<T>(value: T): HeldFactory<T> {
  let started = () => {};
  let finish = () => {};
  let fail: (error: unknown) => void = () => {};
  let runs = 0;
  const start = new Promise<void>((resolve) => {
    started = resolve;
  });
  const end = new Promise<T>((resolve, reject) => {
    finish = () => resolve(value);
    fail = reject;
  });
  const run = () => {
    runs++;
    started();
    return end;
  };
  return { start, run, runs: () => runs, finish, fail };
}
