/** Remembers what was found of late by name; forgets everything when it is full, which costs less than order. */
export class Recent<T> {
  readonly #values = new Map<string, T>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get(name: string): T | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: T): void {
    if (this.#values.size >= this.#max) this.#values.clear();
    this.#values.set(name, value);
  }

  delete(name: string): void {
    this.#values.delete(name);
  }
}
