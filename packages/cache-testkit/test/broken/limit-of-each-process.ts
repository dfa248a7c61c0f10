import { FileCache, removeFile } from '../file-cache.ts';

/** Each process sees to a limit for what it has written itself. */
export class BrokenCache extends FileCache {
  readonly #own: string[] = [];

  protected override evict(writtenKey: string | undefined): void {
    if (writtenKey !== undefined) this.#own.push(writtenKey);
    while (this.#own.length > (this.limits.maxEntries ?? Number.POSITIVE_INFINITY)) {
      const oldest = this.#own.shift();
      if (oldest !== undefined && removeFile(this.fileOf(oldest))) this.countEviction(oldest);
    }
  }
}

export const caughtBy = ['processes/limit-together', 'processes/limit-in-turns'];
