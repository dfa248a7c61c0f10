import { CheckList, type CheckOptions, type Scale } from '../check.js';
import { UnmetExpectation } from '../expect.js';
import type { ProcessDriver } from '../processes/driver.js';
import { checkHistory } from '../processes/history/check-history.js';
import { readHistories } from '../processes/history/history-log.js';
import type { Operation } from '../processes/history/operation.js';
import { type MixArgs, type MixResult, mixRoutine } from '../processes/routines/mix.js';
import { type RemoteOutcome, serveRoutine } from '../processes/routines/serve.js';
import type { WorkerProcess } from '../processes/worker-process.js';
import type { Scene } from '../scene.js';
import { show } from '../show.js';
import type { CacheConfig } from '../target.js';

/** Real seconds that a check may take, and a routine without a report. */
const CHECK_SECONDS: Readonly<Record<Scale, number>> = { quick: 55, full: 3_600 };
const ROUTINE_SECONDS: Readonly<Record<Scale, number>> = { quick: 45, full: 600 };

/** Processes take part in nothing that a limit or a frequent cleanup would change. */
export const PROCESS_OPTIONS: CheckOptions = { configurations: ['default'], timeoutSeconds: CHECK_SECONDS };

/** The list of a part of the group. */
export function processList(): CheckList {
  return new CheckList('processes', ['multiProcess', 'module'], PROCESS_OPTIONS);
}

export function driverOf(scene: Scene, config: CacheConfig = {}): ProcessDriver {
  return scene.processes(config, ROUTINE_SECONDS[scene.options.scale]);
}

/** A number for each scale. */
export function scaled(scene: Scene, quick: number, full: number): number {
  return scene.options.scale === 'full' ? full : quick;
}

/** An instance in another process, whose calls are in the trail. */
export class RemoteCache {
  readonly label: string;
  readonly #worker: WorkerProcess<void>;
  readonly #scene: Scene;

  constructor(scene: Scene, worker: WorkerProcess<void>) {
    this.label = `process ${worker.number}`;
    this.#worker = worker;
    this.#scene = scene;
  }

  /** What the method resolves to; a rejection is one of the check. An iteration comes as an array. */
  async call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    const done = this.#scene.trail.begin(`${this.label}: ${method}(${args.map(show).join(', ')})`);
    this.#worker.tell({ method, args });
    const outcome = (await this.#worker.nextReport()) as RemoteOutcome;
    if (outcome.isResolved) {
      done(show(outcome.value));
      return outcome.value;
    }
    done(`rejected with ${show(outcome.error)}`);
    throw new UnmetExpectation(`${method}() of ${this.label} to resolve`, `a rejection with ${show(outcome.error)}`);
  }

  /** Closes the instance, and ends the routine. */
  async end(): Promise<void> {
    this.#scene.trail.note(`${this.label}: close()`);
    await this.#worker.stop();
  }
}

/** Processes with an open instance each, opened at the same time. */
export async function openRemotes(scene: Scene, count: number, config: CacheConfig = {}): Promise<RemoteCache[]> {
  scene.trail.note(`${count} processes: create(${show(config)}), all at once`);
  const workers = await driverOf(scene, config).start(serveRoutine, Array<null>(count).fill(null));
  await Promise.all(workers.map((worker) => worker.nextReport()));
  return workers.map((worker) => new RemoteCache(scene, worker));
}

/** Starts processes that make random steps, each of which is written down. */
export async function startMix(
  scene: Scene,
  driver: ProcessDriver,
  parts: readonly MixArgs[],
): Promise<WorkerProcess<MixResult>[]> {
  const workers = await driver.start(mixRoutine, parts);
  for (const [index, { number }] of workers.entries()) {
    const { weights, steps, keys } = parts[index] ?? { weights: {}, steps: 0, keys: 0 };
    const much = steps === null ? 'random steps until the others are done' : `${steps} random steps`;
    scene.trail.note(`process ${number}: ${much} on ${keys} keys, in shares ${show(weights)}`);
  }
  return workers;
}

/** {@link startMix}, until those are done whose steps have a number, and what each has done. */
export async function mixed(scene: Scene, driver: ProcessDriver, parts: readonly MixArgs[]): Promise<Operation[]> {
  const workers = await startMix(scene, driver, parts);
  const isEndless = (_worker: unknown, index: number) => parts[index]?.steps === null;
  await Promise.all(workers.filter((worker, index) => !isEndless(worker, index)).map(({ result }) => result));
  await Promise.all(workers.filter(isEndless).map((worker) => worker.stop()));
  return readHistories(driver);
}

/**
 * Fails where the history breaks a promise of consistency, with the operations that show it.
 * @param mode `strict`: nothing may be missed either
 */
export function expectConsistent(scene: Scene, operations: readonly Operation[], mode: 'forgetting' | 'strict'): void {
  const { counts, violations } = checkHistory(operations, { mode });
  const [first] = violations;
  if (first === undefined) return;
  scene.trail.note(`of ${operations.length} operations, those that matter (2.17 is the 17th value of process 2):`);
  for (const { kind, excerpt } of violations) {
    for (const line of excerpt) scene.trail.note(`  ${kind}: ${line}`);
  }
  const found = Object.entries(counts).map(([kind, count]) => `${count} × ${kind}`);
  throw new UnmetExpectation(
    mode === 'strict'
      ? 'every process to read what was last stored, whole, and to miss nothing that is there'
      : 'every process to read what was last stored, whole, or to miss it',
    `${found.join(', ')} in ${operations.length} operations; the first: ${first.message}`,
  );
}
