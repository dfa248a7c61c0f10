/** Time that a runner leaves a test beyond the suite's own limits, so that the suite tells what hangs. */
const SLACK_MS = 2_000;

/** What a runner gives a test as its first argument or as `this`: vitest, node:test and mocha do, jest does not. */
export class RunnerContext {
  readonly #candidates: readonly object[];

  constructor(candidates: readonly unknown[]) {
    // The context of vitest is a function.
    this.#candidates = candidates.filter(
      (candidate): candidate is object =>
        (typeof candidate === 'object' && candidate !== null) || typeof candidate === 'function',
    );
  }

  /** Gives a test of mocha the time that others are given where the test is registered. */
  allow(milliseconds: number): void {
    this.#call('timeout', milliseconds);
  }

  /** Ends the test as skipped, by an error that the runner knows, where the runner can do that; `false` where it can't. */
  skip(reason: string): boolean {
    for (const candidate of this.#candidates) {
      // Mocha has no place for a reason but the title.
      const test: unknown = Reflect.get(candidate, 'test');
      if (hasTitle(test)) test.title = `${test.title} (${reason})`;
    }
    return this.#call('skip', reason);
  }

  #call(name: string, argument: unknown): boolean {
    for (const candidate of this.#candidates) {
      const method: unknown = Reflect.get(candidate, name);
      if (typeof method !== 'function') continue;
      Reflect.apply(method, candidate, [argument]);
      return true;
    }
    return false;
  }
}

function hasTitle(test: unknown): test is { title: string } {
  return typeof test === 'object' && test !== null && 'title' in test && typeof test.title === 'string';
}

/** What a runner must allow a test of which a check takes `timeoutSeconds` at most, and as long again to be cleaned up. */
export function runnerTimeoutMs(timeoutSeconds: number): number {
  return 3 * timeoutSeconds * 1_000 + SLACK_MS;
}
