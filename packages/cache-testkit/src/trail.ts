import { type Step, stepLines } from './trail-lines.js';

/** Steps kept: what a check does beyond that is of no use to a reader. */
const MAX_STEPS = 2_000;

/** What a check did, in order, so that a failure can show what led there. */
export class Trail {
  readonly #steps: Step[] = [];
  #probe: Step[] | undefined;
  #moment = 0;
  /** Beginnings and ends of operations. */
  #operations = 0;

  /** Adds a step that has no outcome to wait for. */
  note(text: string): void {
    this.#operations++;
    this.#add(text, '');
  }

  /** Adds a step; its outcome is told to the returned function. */
  begin(text: string): (outcome: string) => void {
    this.#operations++;
    return this.#ending(this.#add(text, undefined), () => this.#operations++);
  }

  /** Adds what happens inside of an operation: an event that is told. */
  noteInside(text: string): void {
    this.#add(text, '', true);
  }

  /** Adds what runs inside of an operation: a factory. */
  beginInside(text: string): (outcome: string) => void {
    return this.#ending(this.#add(text, undefined, true));
  }

  /** Looks at the cache without a word, unless it finds something: steps of a task that ends well are left out. */
  async probing<T>(task: () => Promise<T>): Promise<T> {
    const outer = this.#probe;
    const steps: Step[] = [];
    this.#probe = steps;
    try {
      const result = await task();
      this.#probe = outer;
      return result;
    } catch (error) {
      this.#probe = outer;
      for (const step of steps) this.#keep(step);
      throw error;
    }
  }

  /** Operations that have begun and not ended, as they were called. */
  pending(): string[] {
    return this.#steps.filter((step) => step.outcome === undefined && !step.isInside).map(({ text }) => text);
  }

  /** The operation that ended last, if it ended with `outcome`. */
  endedWith(outcome: string): string | undefined {
    const ended = this.#steps.filter((step) => step.end !== undefined && !step.isInside);
    const last = ended.reduce<Step | undefined>(
      (latest, step) => (latest === undefined || (step.end ?? 0) > (latest.end ?? 0) ? step : latest),
      undefined,
    );
    return last?.outcome === outcome ? last.text : undefined;
  }

  clear(): void {
    this.#steps.length = 0;
    this.#probe = undefined;
  }

  toLines(): string[] {
    return stepLines(this.#steps);
  }

  #add(text: string, outcome: string | undefined, isInside = false): Step {
    const step: Step = { text, isInside, outcome, start: ++this.#moment, end: undefined, isAlone: true };
    this.#keep(step);
    return step;
  }

  #ending(step: Step, onEnd?: () => void): (outcome: string) => void {
    const operations = this.#operations;
    return (outcome) => {
      step.outcome = outcome;
      step.end = ++this.#moment;
      step.isAlone = this.#operations === operations;
      onEnd?.();
    };
  }

  #keep(step: Step): void {
    if (this.#probe !== undefined) this.#probe.push(step);
    else if (this.#steps.push(step) > MAX_STEPS) this.#steps.splice(MAX_STEPS / 2, 1);
  }
}
