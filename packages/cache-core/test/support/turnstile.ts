interface Passage {
  readonly name: string;
  readonly arrived: () => void;
  readonly opened: Promise<void>;
}

/** One call of a hook that waits until the test lets it go on, or makes it fail. */
export interface HeldCall {
  /** Resolves when the call has come. */
  readonly arrival: Promise<void>;
  release(): void;
  fail(error: unknown): void;
}

/** What the hooks of a test's backend pass through: the test decides in which order they end, and which of them fail. */
export class Turnstile {
  readonly #held: Passage[] = [];
  readonly #faults: { name: string; error: unknown; times: number }[] = [];
  /** Names of all calls so far, such as `writeEntry a`. */
  readonly calls: string[] = [];

  /** Holds back the next call of that name: a hook, or a hook and its key. */
  hold(name: string): HeldCall {
    let arrived = () => {};
    let release = () => {};
    let fail: (error: unknown) => void = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const opened = new Promise<void>((resolve, reject) => {
      release = resolve;
      fail = reject;
    });
    this.#held.push({ name, arrived, opened });
    return { arrival, release, fail };
  }

  /** Makes the next calls of that name throw. */
  fail(name: string, error: unknown, times = 1): void {
    this.#faults.push({ name, error, times });
  }

  /** A synchronous hook passes: it can fail, but not be held back. */
  passNow(hook: string, key?: string): void {
    const full = this.#note(hook, key);
    const fault = this.#faults.find(({ name, times }) => times > 0 && (name === hook || name === full));
    if (fault === undefined) return;
    fault.times--;
    throw fault.error;
  }

  async pass(hook: string, key?: string): Promise<void> {
    this.passNow(hook, key);
    const full = this.#nameOf(hook, key);
    const index = this.#held.findIndex(({ name }) => name === hook || name === full);
    const passage = this.#held[index];
    if (passage === undefined) return;
    this.#held.splice(index, 1);
    passage.arrived();
    await passage.opened;
  }

  countOf(name: string): number {
    return this.calls.filter((call) => call === name || call.startsWith(`${name} `)).length;
  }

  #note(hook: string, key: string | undefined): string {
    const full = this.#nameOf(hook, key);
    this.calls.push(full);
    return full;
  }

  #nameOf(hook: string, key: string | undefined): string {
    return key === undefined ? hook : `${hook} ${key}`;
  }
}
