/** An error that a store has told as an event. */
interface Fault {
  readonly error: unknown;
  /** Calls that were under way when it was told, and still are. */
  undecided: number;
  /** One of them came back with nothing: it is to blame. */
  isMet: boolean;
}

/** Faults that a call may have met. */
type Call = Fault[];

/** Finds the call that failed, for stores that tell their faults as events and then answer as if nothing were there. */
export class StoreFaults {
  readonly #calls = new Set<Call>();
  readonly #onFault: (error: unknown) => void;

  /** @param onFault told the faults that no call has met, such as a lost connection */
  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  /** The listener of the store's `error` events. */
  readonly hear = (error: unknown): void => {
    if (this.#calls.size === 0) this.#onFault(error);
    const fault: Fault = { error, undecided: this.#calls.size, isMet: false };
    for (const call of this.#calls) call.push(fault);
  };

  /** The answer; if it is as good as none, and a fault was told meanwhile, that fault is thrown. */
  async call(ask: () => unknown, isNone: (answer: unknown) => boolean): Promise<unknown> {
    const call = this.#begin();
    let hasFailed = true;
    try {
      const answer = await ask();
      hasFailed = isNone(answer);
      if (hasFailed) this.#throwFirst(call);
      return answer;
    } finally {
      this.#end(call, hasFailed);
    }
  }

  /** All items; a fault that was told meanwhile is thrown at the end. */
  async *list<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T, void> {
    const call = this.#begin();
    try {
      yield* items;
      this.#throwFirst(call);
    } finally {
      this.#end(call, true);
    }
  }

  #begin(): Call {
    const call: Call = [];
    this.#calls.add(call);
    return call;
  }

  #throwFirst([fault]: Call): void {
    if (fault !== undefined) throw fault.error;
  }

  #end(call: Call, hasFailed: boolean): void {
    this.#calls.delete(call);
    for (const fault of call) {
      fault.isMet ||= hasFailed;
      if (--fault.undecided === 0 && !fault.isMet) this.#onFault(fault.error);
    }
  }
}
