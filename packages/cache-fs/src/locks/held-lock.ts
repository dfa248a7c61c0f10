import type { KeyLock } from './key-lock.js';
import type { Place } from './local-queue.js';
import type { FileLock } from './lock-directory.js';

/** A lock as whoever took it sees it. */
export interface HeldLock extends KeyLock {
  /** Does nothing the second time, nor to a lock that another has taken over. Never rejects. */
  release(): Promise<void>;
}

export interface HeldLockOptions {
  place: Place;
  /** None where only this process is locked out. */
  fileLock: FileLock | undefined;
  fencingToken: number;
  onRelease: (lock: LocalHeldLock) => void;
  onError: (error: unknown) => void;
}

/** Holds the place in the process and, where there is one, the lock on disk. */
export class LocalHeldLock implements HeldLock {
  readonly fencingToken: number;
  readonly #options: HeldLockOptions;
  #isReleased = false;

  constructor(options: HeldLockOptions) {
    this.fencingToken = options.fencingToken;
    this.#options = options;
  }

  isHeld(): boolean {
    if (this.#isReleased) return false;
    try {
      return this.#options.fileLock?.isHeld() ?? true;
    } catch (error) {
      this.#options.onError(error);
      return false;
    }
  }

  async release(): Promise<void> {
    this.releaseNow();
  }

  releaseNow(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    try {
      this.#options.fileLock?.release();
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#options.place.leave();
      this.#options.onRelease(this);
    }
  }
}
