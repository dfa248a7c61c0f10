import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A process that answers numbers with numbers, one at a time. */
export class Helper {
  readonly #child: ChildProcess;

  constructor(program: URL, args: readonly string[]) {
    this.#child = fork(program, [...args], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  /** @throws Error when the process ends instead */
  async ask(question: number): Promise<number> {
    const settled = new AbortController();
    const { signal } = settled;
    try {
      const answer = once(this.#child, 'message', { signal });
      const exit = once(this.#child, 'exit', { signal }).then(([code]) => {
        throw new Error(`a process of the scenario ended: ${code}`);
      });
      this.#child.send(question);
      const [number] = await Promise.race([answer, exit]);
      return Number(number);
    } finally {
      settled.abort();
    }
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    await exited;
  }
}

/** The other side of {@link Helper}: ends with its parent. */
export function answerNumbers(answer: (question: number) => Promise<number>, close?: () => Promise<void>): void {
  const reply = async (question: number) => void process.send?.(await answer(question));
  const end = async () => {
    await close?.();
    process.exit();
  };
  process.on('message', (question) => void reply(Number(question)));
  process.once('disconnect', () => void end());
}
