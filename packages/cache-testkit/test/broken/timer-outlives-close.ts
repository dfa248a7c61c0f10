import { ReferenceCache } from '../reference-cache.js';

/** The timer goes on after close. */
export class BrokenCache extends ReferenceCache {
  protected override openStore(): void {
    this.clock.repeat(() => {}, 1_000);
  }
}

export const caughtBy = ['lifecycle/no-timer-left'];
