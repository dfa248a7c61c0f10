import type { Readable } from 'node:stream';
import { ReferenceCache } from '../reference-cache.js';

/** An entry is locked by whoever reads it, and whoever does not read it to the end keeps it locked. */
export class BrokenCache extends ReferenceCache {
  readonly #locked = new Set<string>();

  override async getStream(key: string): Promise<Readable | undefined> {
    const stream = await super.getStream(key);
    this.#locked.add(key);
    stream?.once('end', () => this.#locked.delete(key));
    return stream;
  }

  protected override removeEntry(key: string): boolean {
    return !this.#locked.has(key) && super.removeEntry(key);
  }
}

export const caughtBy = ['streams/given-up'];
