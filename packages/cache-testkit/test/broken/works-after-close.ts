import { ReferenceCache } from '../reference-cache.js';

/** A closed cache goes on. */
export class BrokenCache extends ReferenceCache {
  protected override checkOpen(): void {}
}

export const caughtBy = [
  'lifecycle/closed-get',
  'lifecycle/closed-lookup',
  'lifecycle/closed-set',
  'lifecycle/closed-exists',
  'lifecycle/closed-delete',
  'lifecycle/closed-clear',
  'lifecycle/closed-get-many',
  'lifecycle/closed-set-many',
  'lifecycle/closed-delete-many',
  'lifecycle/closed-keys',
  'lifecycle/closed-get-or-set',
  'lifecycle/closed-get-metadata',
  'lifecycle/closed-get-stats',
  'lifecycle/closed-cleanup',
  'lifecycle/closed-factory',
  'lifecycle/closed-batches-of-nothing',
  'lifecycle/close-unused',
];
