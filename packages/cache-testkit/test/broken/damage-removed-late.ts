import { SerializedCache } from '../serialized-cache.js';

/** What a read found damaged is removed later, whatever is there then. */
export class BrokenCache extends SerializedCache {
  readonly #damaged = new Set<string>();

  protected override healEntry(key: string): void {
    this.#damaged.add(key);
  }

  protected override sweepStore(now: number, automatic: boolean): number | Promise<number> {
    for (const key of this.#damaged) this.disk.delete(key);
    this.#damaged.clear();
    return super.sweepStore(now, automatic);
  }
}

export const caughtBy = ['damage/set-after-read'];
