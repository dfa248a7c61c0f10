import { UnmetExpectation } from '../expect.js';
import type { StoreContext, StoredBytes } from '../target.js';
import type { Trail } from '../trail.js';
import type { Damage, Parts } from './damages.js';

/** What a store keeps for one key, to be damaged and put back. */
export class StoredEntryBytes {
  readonly #access: StoredBytes;
  readonly #key: string;
  readonly #context: StoreContext;
  readonly #trail: Trail;
  #hasLooked = false;

  constructor(access: StoredBytes, key: string, context: StoreContext, trail: Trail) {
    this.#access = access;
    this.#key = key;
    this.#context = context;
    this.#trail = trail;
  }

  /** The parts of an entry that was stored: at least one, and not all empty. */
  async parts(): Promise<Parts> {
    const parts = await this.read();
    if (parts.some((part) => part.byteLength > 0)) return parts;
    throw new UnmetExpectation(
      `target.corrupt.read('${this.#key}') to give the bytes of an entry that was stored`,
      'none',
    );
  }

  /** Copies of what is kept now. */
  async read(): Promise<Parts> {
    return (await this.#access.read(this.#key, this.#context)).map((part) => new Uint8Array(part));
  }

  async apply({ what, parts }: Damage): Promise<void> {
    this.#trail.note(`the stored bytes of '${this.#key}': ${what}`);
    await this.#access.write(this.#key, parts, this.#context);
    if (this.#hasLooked) return;
    this.#hasLooked = true;
    await this.#expectWritten(parts);
  }

  /** Puts back what was there. */
  async restore(parts: Parts): Promise<void> {
    await this.apply({ what: 'put back', parts });
  }

  async makeNewer(): Promise<void> {
    if (this.#access.makeNewer === undefined) throw new TypeError('the target has no corrupt.makeNewer');
    this.#trail.note(`the entry of '${this.#key}' becomes one of a later format`);
    await this.#access.makeNewer(this.#key, this.#context);
  }

  /** Damage that does not reach the store would let every check pass. */
  async #expectWritten(parts: Damage['parts']): Promise<void> {
    const wanted = parts.filter((part) => part !== undefined);
    const found = await this.read();
    const isThere = wanted.every(
      (part, index) => found[index] !== undefined && Buffer.compare(found[index], part) === 0,
    );
    if (isThere || wanted.length < parts.length) return;
    throw new UnmetExpectation(
      `target.corrupt.read('${this.#key}') to give what target.corrupt.write had put there`,
      `${found.length} parts of ${found.map(({ byteLength }) => byteLength).join(', ')} bytes`,
    );
  }
}
