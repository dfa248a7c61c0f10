import { setTimeout as delay } from 'node:timers/promises';
import { expectEqual, expectThat, UnmetExpectation } from '../expect.js';
import { type FlightArgs, type FlightReport, type FlightResult, flightRoutine } from '../processes/routines/flight.js';
import type { WorkerProcess } from '../processes/worker-process.js';
import type { Scene } from '../scene.js';
import { driverOf, processList, scaled } from './process-helpers.js';

const list = processList();
export const processFlightChecks = list.checks;

/** Real time in which a process would have begun to compute that does not wait for another one. */
const RIVAL_MS = 50;
/** Real seconds in which somebody must take the place of a process that died computing. */
const HEIR_SECONDS = 10;

/** Processes whose callers all wait for one key, whose factory runs somewhere. */
class Flights {
  readonly workers: readonly WorkerProcess<FlightResult>[];
  /** Those whose factory has begun, in this order. */
  readonly computing: WorkerProcess<FlightResult>[] = [];
  readonly #scene: Scene;
  readonly #called = new Set<WorkerProcess>();
  #wake: () => void = () => {};

  private constructor(scene: Scene, workers: readonly WorkerProcess<FlightResult>[]) {
    this.#scene = scene;
    this.workers = workers;
    for (const worker of workers) void this.#listen(worker);
  }

  static async start(scene: Scene, processes: number, args: FlightArgs): Promise<Flights> {
    const workers = await driverOf(scene).start(flightRoutine, Array<FlightArgs>(processes).fill(args));
    await Promise.all(workers.map((worker) => worker.nextReport()));
    scene.trail.note(`${processes} processes: ${args.callers} × getOrSet('${args.key}') each, all at once`);
    const flights = new Flights(scene, workers);
    for (const worker of workers) worker.tell('call');
    await flights.until('every caller to wait', () => flights.#called.size === processes);
    await flights.until('a factory to run', () => flights.computing.length > 0);
    await delay(RIVAL_MS);
    return flights;
  }

  /** Lets factories end, and gives what came of it. Those that were killed are left out. */
  async end(): Promise<FlightResult[]> {
    this.#scene.trail.note('the factories may end');
    for (const worker of this.workers) worker.tell('end');
    const alive = this.workers.filter(({ exitedAt }) => exitedAt === undefined);
    const results = await Promise.all(alive.map(({ result }) => result));
    alive.forEach(({ number }, index) => {
      const { runs, values, errors } = results[index] ?? { runs: 0, values: new Map(), errors: new Map() };
      const outcomes = [...values, ...[...errors].map(([error, count]) => [`rejected: ${error}`, count] as const)];
      const told = outcomes.map(([outcome, count]) => `${count} × ${outcome}`).join(', ');
      this.#scene.trail.note(`process ${number}: factory ran ${runs} times; callers got ${told}`);
    });
    return results;
  }

  /** Waits, for a bounded time, for what the processes tell. */
  async until(expected: string, isReached: () => boolean): Promise<void> {
    const deadline = delay(HEIR_SECONDS * 1_000, 'late', { ref: false });
    while (!isReached()) {
      const told = new Promise<'told'>((resolve) => {
        this.#wake = () => resolve('told');
      });
      if ((await Promise.race([told, deadline])) === 'late') {
        throw new UnmetExpectation(expected, `nothing of the kind in ${HEIR_SECONDS} seconds`);
      }
    }
  }

  async #listen(worker: WorkerProcess<FlightResult>): Promise<void> {
    for (;;) {
      const told = (await worker.nextReport().catch(() => 'ended')) as FlightReport | 'ended';
      if (told === 'ended') return;
      if (told === 'computing') {
        this.#scene.trail.note(`process ${worker.number}: its factory runs`);
        this.computing.push(worker);
      } else if (told === 'called') this.#called.add(worker);
      this.#wake();
    }
  }
}

list.add(
  'single-flight',
  'Many callers in several processes run one factory, and all get its value.',
  async (scene) => {
    const [processes, callers] = [scaled(scene, 3, 8), scaled(scene, 10, 50)];
    const flights = await Flights.start(scene, processes, { key: 'cold', callers });
    const results = await flights.end();
    expectEqual(
      'the runs of the factory',
      results.reduce((sum, { runs }) => sum + runs, 0),
      1,
    );
    const values = results.flatMap(({ values: ofProcess }) => [...ofProcess]);
    const value = JSON.stringify({ process: flights.computing[0]?.number, run: 1 });
    expectEqual(
      'what the callers of each process got',
      values,
      results.map(() => [value, callers]),
    );
  },
  { needs: ['crossProcessLocks'] },
);

list.add(
  'single-flight-heir',
  'Where a process dies while it computes, another one computes in its place, and no third.',
  async (scene) => {
    const [processes, callers] = [scaled(scene, 3, 8), scaled(scene, 10, 50)];
    const flights = await Flights.start(scene, processes, { key: 'cold', callers });
    const [first] = flights.computing;
    expectEqual('the factories that run', flights.computing.length, 1);
    scene.trail.note(`process ${first?.number}: killed`);
    await first?.kill();
    await flights.until('another process to compute', () => flights.computing.length > 1);
    await delay(RIVAL_MS);
    const results = await flights.end();
    expectEqual('the factories that ran, that of the dead included', flights.computing.length, 2);
    const value = JSON.stringify({ process: flights.computing[1]?.number, run: 1 });
    const values = results.flatMap(({ values: ofProcess }) => [...ofProcess]);
    expectEqual(
      'what the callers of the living processes got',
      values,
      results.map(() => [value, callers]),
    );
  },
  { needs: ['crossProcessLocks'] },
);

list.add(
  'factory-error',
  'A factory that throws rejects every caller in every process with its error, and stores nothing.',
  async (scene) => {
    const [processes, callers] = [scaled(scene, 3, 8), scaled(scene, 10, 50)];
    const flights = await Flights.start(scene, processes, { key: 'cold', callers, error: 'not today' });
    const results = await flights.end();
    const outcomes = results.map(({ values, errors }) => ({ values: [...values], errors: [...errors] }));
    const expected = results.map(() => ({ values: [], errors: [['not today', callers]] }));
    expectEqual('what the callers of each process got', outcomes, expected);
    const most = Math.max(...results.map(({ runs }) => runs));
    expectThat('the factory to run once in a process at most', most <= 1, most);
    const cache = await scene.openInRealTime();
    expectEqual("get('cold') afterwards", await cache.get('cold'), undefined);
    expectEqual("getOrSet('cold') afterwards", await cache.getOrSet('cold', () => 'computed'), 'computed');
  },
);
