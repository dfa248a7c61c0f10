import { mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CacheConfig } from '../target.js';
import type { Routine, RoutineReference } from './protocol.js';
import { WorkerProcess } from './worker-process.js';

const DEFAULT_TIMEOUT_SECONDS = 30;

export interface ProcessDriverOptions {
  /** URL of the module whose default export is the target. */
  readonly target: string;
  /** The directory of the store that all processes open. */
  readonly directory: string;
  /** What every instance is given, before what its routine asks for. @default {} */
  readonly config?: CacheConfig;
  /** Real seconds that a routine may take, anew after each of its reports. @default 30 */
  readonly timeoutSeconds?: number;
}

export interface StartOptions {
  /** A process that runs nothing else, before or after: costs a start, tells of what only a new process shows. @default false */
  readonly isFresh?: boolean;
  /** Environment variables, for a fresh process. @default those of this process */
  readonly env?: Readonly<Record<string, string>>;
}

/** A reference to a routine, with the types of its arguments and its result. */
export interface TypedRoutine<A, R> extends RoutineReference {
  /** Never there: carries the types. */
  readonly types?: (args: A) => R;
}

/**
 * The reference to a routine that `module` exports as `name`.
 * @param module `import.meta.url` of the module, as built
 */
export function routineOf<A, R>(module: string, routine: Routine<A, R>): TypedRoutine<A, R> {
  return { module, name: routine.name };
}

/** Runs routines in processes of their own on one store, and ends them all. Works on one host. */
export class ProcessDriver {
  readonly #options: ProcessDriverOptions;
  readonly #workers: WorkerProcess[] = [];
  #notesDirectory: string | undefined;

  constructor(options: ProcessDriverOptions) {
    this.#options = options;
  }

  /** A folder outside of the store that the routines share; removed by {@link dispose}. */
  get notesDirectory(): string {
    this.#notesDirectory ??= mkdtempSync(join(realpathSync(tmpdir()), 'glovebox-notes-'));
    return this.#notesDirectory;
  }

  /** Every process that was started, by number. */
  get workers(): readonly WorkerProcess[] {
    return this.#workers;
  }

  /** Has a process import the target and the routine. It runs when {@link WorkerProcess.go} is called. */
  load<A, R>(
    routine: TypedRoutine<A, R>,
    args: NoInfer<A>,
    { isFresh = false, env }: StartOptions = {},
  ): WorkerProcess<R> {
    const { target, directory, config = {}, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = this.#options;
    const { module, name } = routine;
    const number = this.#workers.length + 1;
    const { notesDirectory } = this;
    const worker = new WorkerProcess<R>(
      { target, directory, notesDirectory, config, number, routine: { module, name }, args },
      { timeoutSeconds, isFresh, env },
    );
    this.#workers.push(worker);
    return worker;
  }

  /** Loads a process for each of `args`, and starts them all at once when the last is loaded. */
  async start<A, R>(
    routine: TypedRoutine<A, R>,
    args: readonly NoInfer<A>[],
    options?: StartOptions,
  ): Promise<WorkerProcess<R>[]> {
    const workers = args.map((each) => this.load(routine, each, options));
    await Promise.all(workers.map(({ loaded }) => loaded));
    await Promise.all(workers.map((worker) => worker.go()));
    return workers;
  }

  /** {@link start}, and the results in the order of `args`. @throws WorkerFailure the first one */
  async run<A, R>(routine: TypedRoutine<A, R>, args: readonly NoInfer<A>[], options?: StartOptions): Promise<R[]> {
    const workers = await this.start(routine, args, options);
    return Promise.all(workers.map(({ result }) => result));
  }

  /** Kills what still runs, and removes the folder of notes. */
  async dispose(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.dispose()));
    if (this.#notesDirectory !== undefined) await rm(this.#notesDirectory, { recursive: true, force: true });
  }
}
