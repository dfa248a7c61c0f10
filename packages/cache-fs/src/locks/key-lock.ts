/** A lock as the task that runs under it sees it. */
export interface KeyLock {
  /** Grows with every holder of the lock; that of a reader is the last writer's. */
  readonly fencingToken: number;
  /**
   * Whether the lock is still ours, read from the disk: to be asked right before a commit. `false` once it was released,
   * taken over or deleted, and when the disk does not tell.
   */
  isHeld(): boolean;
}
