/** Tells of skips under a runner that can't mark them, once all tests have run: a skip that nobody sees hides a promise. */
export class SkipSummary {
  readonly #title: string;
  readonly #skips = new Map<string, string[]>();
  #pending: number;

  /** @param count tests that will run */
  constructor(title: string, count: number) {
    this.#title = title;
    this.#pending = count;
  }

  noteRun(): void {
    this.#pending--;
    if (this.#pending > 0 || this.#skips.size === 0) return;
    const lines = [...this.#skips].map(([reason, ids]) => `skipped: ${ids.join(', ')} (${reason})`);
    console.info([this.#title, ...lines].join('\n'));
  }

  noteSkip(id: string, reason: string): void {
    this.#skips.set(reason, [...(this.#skips.get(reason) ?? []), id]);
    this.noteRun();
  }
}
