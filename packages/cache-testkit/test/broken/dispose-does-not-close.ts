import { ReferenceCache } from '../reference-cache.js';

/** `await using` leaves the cache open. */
export class BrokenCache extends ReferenceCache {
  override async [Symbol.asyncDispose](): Promise<void> {}
}

export const caughtBy = ['lifecycle/dispose'];
