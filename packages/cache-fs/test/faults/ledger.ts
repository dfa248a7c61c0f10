import { isDeepStrictEqual } from 'node:util';

/** What reads of each key may find, going by what the operations before them have answered. */
export class Ledger {
  readonly problems: string[] = [];
  readonly #possible = new Map<string, readonly unknown[]>();

  get keys(): Iterable<string> {
    return this.#possible.keys();
  }

  /** The key holds this, and nothing else; `undefined` for nothing. */
  is(key: string, value: unknown): void {
    this.#possible.set(key, [value]);
  }

  /** The key holds this, or what it held before. */
  mayBe(key: string, value: unknown): void {
    this.#possible.set(key, [...this.#of(key), value]);
  }

  /** Notes a problem unless the key may hold this. A read under a fault may also be a miss. */
  check(key: string, found: unknown, where: string, options: { mayMiss: boolean }): void {
    if (options.mayMiss && found === undefined) return;
    const possible = this.#of(key);
    if (possible.some((value) => isDeepStrictEqual(value, found))) return;
    this.problem(`${where}: ${key} is ${describe(found)}, and may be ${possible.map(describe).join(' or ')}`);
  }

  problem(text: string): void {
    this.problems.push(text);
  }

  #of(key: string): readonly unknown[] {
    return this.#possible.get(key) ?? [undefined];
  }
}

function describe(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.byteLength} bytes of ${value[0]}`;
  return (JSON.stringify(value) ?? 'nothing').slice(0, 40);
}
