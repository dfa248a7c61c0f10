/** Keys of entries that went, the latest of them: first in, first out. */
export class GhostQueue {
  #keys = new Set<string>();
  /**
   * One iterator for the life of the set: it goes on where it stood, while a new one would step over every key that was
   * ever removed at the front. It is asked only when there is a key in front of it, so it never ends.
   */
  #oldest = this.#keys.values();

  get size(): number {
    return this.#keys.size;
  }

  /** Adds a key that is not there, and forgets the oldest ones above `limit`. */
  add(key: string, limit: number): void {
    this.#keys.add(key);
    while (this.#keys.size > limit) {
      const { value, done } = this.#oldest.next();
      if (done) return;
      this.#keys.delete(value);
    }
  }

  /** Takes out a key; whether it was there. */
  take(key: string): boolean {
    return this.#keys.delete(key);
  }

  clear(): void {
    this.#keys = new Set();
    this.#oldest = this.#keys.values();
  }
}
