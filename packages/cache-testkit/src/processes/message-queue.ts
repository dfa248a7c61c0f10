/** Messages in the order in which they came, for one reader that waits for the next. */
export class MessageQueue implements AsyncIterable<unknown> {
  readonly #messages: unknown[] = [];
  #isEnded = false;
  #wake: (() => void) | undefined;

  push(message: unknown): void {
    this.#messages.push(message);
    this.#wake?.();
  }

  /** What has come is still read; nothing comes after it. */
  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    for (;;) {
      const result = await this.next();
      if (result.done === true) return;
      yield result.value;
    }
  }

  /** The next message, once it is there. */
  async next(): Promise<IteratorResult<unknown, undefined>> {
    while (this.#messages.length === 0) {
      if (this.#isEnded) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return { done: false, value: this.#messages.shift() };
  }
}
