import { setImmediate as nextTurn } from 'node:timers/promises';
import { UnmetExpectation } from './expect.js';
import { showLong } from './show.js';

/** Errors that reach no caller: thrown out of a timer, or rejections that nobody awaits. They would end the process. */
export class StrayErrors {
  readonly #errors: unknown[] = [];
  readonly #note = (error: unknown) => {
    this.#errors.push(error);
  };

  constructor() {
    process.on('uncaughtException', this.#note);
  }

  /** The first that came since the last call. */
  async take(): Promise<UnmetExpectation | undefined> {
    // Node tells of a rejection only once the queue of promises is empty.
    await nextTurn();
    const [first, ...more] = this.#errors.splice(0);
    if (first === undefined) return undefined;
    const others = more.length === 0 ? '' : `, and ${more.length} more`;
    return new UnmetExpectation(
      'every error to reach a caller or a listener',
      `one that would have ended the process${others}: ${showLong(first)}`,
      first,
    );
  }

  /** Leaves errors to the process again. */
  stop(): void {
    process.off('uncaughtException', this.#note);
  }
}
