import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type MessageFromWorker, type MessageToWorker, monotonicNanoseconds } from './protocol.js';

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));
/** Options of Node that decide how modules are found and read: a target may need them, nothing else is passed on. */
const MODULE_FLAGS =
  /^(--import|--loader|--experimental-loader|--require|-r|--conditions|-C|--experimental-\w+-types)\b/;
const MAX_ERROR_OUTPUT = 4_000;

/** Who is told what a child does while it works. */
export interface ChildListener {
  onMessage(message: MessageFromWorker): void;
  onExit(how: string): void;
}

const running = new Set<Child>();

/** A process that runs `worker.js`. It ends with this process, however that ends. */
export class Child {
  readonly #process: ChildProcess;
  readonly #exited: Promise<void>;
  #listener: ChildListener | undefined;
  #errorOutput = '';
  #exitedAt: number | undefined;

  /** @param environment beside what this process has */
  constructor(environment: Readonly<Record<string, string>> = {}) {
    const { NODE_TEST_CONTEXT: _ofAnotherRunner, ...inherited } = process.env;
    const env = { ...inherited, ...environment };
    this.#process = fork(WORKER, [], {
      env,
      execArgv: moduleFlags(process.execArgv),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#errorOutput = `${this.#errorOutput}${chunk}`.slice(-MAX_ERROR_OUTPUT);
    });
    this.#process.on('message', (message) => this.#listener?.onMessage(message as MessageFromWorker));
    this.#exited = new Promise((resolve) => {
      let how = '';
      // The last of the error output comes before 'close', the last message before 'disconnect', in either order.
      let isClosed = false;
      const finish = () => {
        if (!isClosed || this.#process.connected) return;
        forget(this);
        this.#listener?.onExit(how);
        resolve();
      };
      this.#process.once('close', (code, signal) => {
        this.#exitedAt = monotonicNanoseconds();
        how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
        isClosed = true;
        finish();
      });
      this.#process.once('disconnect', finish);
      this.#process.once('error', (error) => {
        forget(this);
        this.#listener?.onExit(`could not be started: ${error.message}`);
        if (this.#process.pid === undefined) resolve();
      });
    });
    remember(this);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isAlive(): boolean {
    return this.#process.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** When its end was seen, by {@link monotonicNanoseconds}: it did nothing later. */
  get exitedAt(): number | undefined {
    return this.#exitedAt;
  }

  /** The last of what it wrote to its standard error. */
  get errorOutput(): string {
    return this.#errorOutput.trim();
  }

  /** This process waits for the child, which works for `listener`. */
  employ(listener: ChildListener): void {
    this.#listener = listener;
    this.#process.ref();
    this.#process.channel?.ref();
  }

  /** This process does not wait for the child any more. */
  release(): void {
    this.#listener = undefined;
    this.#process.unref();
    this.#process.channel?.unref();
    const output = this.#process.stderr;
    if (output !== null && 'unref' in output && typeof output.unref === 'function') output.unref();
  }

  send(message: MessageToWorker): void {
    // One that has just died is told of by onExit.
    if (this.#process.connected) this.#process.send(message, () => {});
  }

  /** Sends SIGKILL, and waits for the end. */
  async kill(): Promise<void> {
    this.killNow();
    await this.#exited;
  }

  killNow(): void {
    if (this.isAlive) this.#process.kill('SIGKILL');
  }
}

function moduleFlags(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    if (!MODULE_FLAGS.test(arg)) return [];
    const [value] = arg.includes('=') ? [] : args.slice(index + 1, index + 2);
    return value === undefined || value.startsWith('-') ? [arg] : [arg, value];
  });
}

function remember(child: Child): void {
  if (running.size === 0) process.on('exit', killAll);
  running.add(child);
}

function forget(child: Child): void {
  if (!running.delete(child) || running.size > 0) return;
  process.off('exit', killAll);
}

/** The end of the channel tells a child to end, but only in a turn of its event loop, which a busy one may not reach. */
function killAll(): void {
  for (const child of running) child.killNow();
}
