/** Longest work between two turns of the event loop: far below what a server's users notice. */
const SLICE_MS = 4;

/** Cuts long work into slices, between which the event loop serves others. */
export class Pacer {
  #sliceEndsAt = performance.now() + SLICE_MS;

  /** Whether the work should pause now. */
  isDue(): boolean {
    return performance.now() >= this.#sliceEndsAt;
  }

  /** @param keepsProcessAlive whether somebody waits for the work */
  async pause(keepsProcessAlive: boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const immediate = setImmediate(resolve);
      if (!keepsProcessAlive) immediate.unref();
    });
    this.#sliceEndsAt = performance.now() + SLICE_MS;
  }
}
