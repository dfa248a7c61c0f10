/**
 * Runs tasks on one key one after the other, so that a removal decided on what was read can't undo a write that came in
 * between. Tasks that finish without a promise never queue.
 */
export class KeyQueue {
  readonly #tails = new Map<string, Promise<unknown>>();

  get isBusy(): boolean {
    return this.#tails.size > 0;
  }

  /** Resolves when all tasks that are running or waiting now have ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#tails.values());
  }

  run<T>(key: string, task: () => T | Promise<T>): T | Promise<T> {
    const tail = this.#tails.size === 0 ? undefined : this.#tails.get(key);
    if (tail !== undefined) return this.#enqueue(key, tail.then(task));
    const result = task();
    return isPromiseLike(result) ? this.#enqueue(key, Promise.resolve(result)) : result;
  }

  #enqueue<T>(key: string, result: Promise<T>): Promise<T> {
    const tail = result.then(ignore, ignore).then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    this.#tails.set(key, tail);
    return result;
  }
}

function ignore(): void {}

export function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
