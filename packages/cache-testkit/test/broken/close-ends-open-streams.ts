import type { Readable } from 'node:stream';
import { ReferenceCache } from '../reference-cache.js';

/** What is being read ends when the cache is closed. */
export class BrokenCache extends ReferenceCache {
  readonly #open = new Set<Readable>();

  override async getStream(key: string): Promise<Readable | undefined> {
    const stream = await super.getStream(key);
    if (stream !== undefined) this.#open.add(stream);
    return stream;
  }

  protected override closeStore(): void {
    for (const stream of this.#open) stream.destroy();
  }
}

export const caughtBy = ['streams/closed-meanwhile'];
