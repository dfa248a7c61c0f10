import { ReferenceCache } from '../reference-cache.js';

/** A timer keeps the process alive. */
export class BrokenCache extends ReferenceCache {
  #timer: NodeJS.Timeout | undefined;

  protected override openStore(): void {
    this.#timer = setInterval(() => {}, 60_000);
  }

  protected override closeStore(): void {
    clearInterval(this.#timer);
  }
}

export const caughtBy = ['lifecycle/process-may-end'];
