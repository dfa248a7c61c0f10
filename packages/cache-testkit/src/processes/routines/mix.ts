import { setImmediate as nextTurn } from 'node:timers/promises';
import { quickNumbers } from '../../random.js';
import type { CacheConfig } from '../../target.js';
import { routineOf } from '../driver.js';
import { HistoryLog } from '../history/history-log.js';
import type { RoutineContext } from '../protocol.js';
import { RecordedSteps, UNRECORDED } from './recorded-steps.js';

/** A microtask a step would keep messages from coming in. */
const STEPS_A_TURN = 32;
/** Who reports is not taken for one that hangs. */
const STEPS_A_REPORT = 1_000;

/** Steps of a mix, and how often each comes in relation to the others. */
export interface MixWeights {
  readonly get?: number;
  readonly exists?: number;
  readonly set?: number;
  readonly delete?: number;
  readonly clear?: number;
  readonly getOrSet?: number;
  readonly cleanup?: number;
  /** A delete and at once a set. */
  readonly deleteAndSet?: number;
}

export interface MixArgs {
  readonly weights: MixWeights;
  /** Steps that the process makes; `null`: until it is told to stop. */
  readonly steps: number | null;
  /** How many keys the steps choose from. */
  readonly keys: number;
  /** The first of them, for processes that keep to keys of their own. @default 0 */
  readonly firstKey?: number;
  /** Steps under way at once in the process. @default 1 */
  readonly lanes?: number;
  /** Of the lanes, those whose steps are written down; for a mix that writes, all. @default all */
  readonly recordedLanes?: number;
  /** Characters in the values, which take these sizes in turn. @default [200] */
  readonly sizes?: readonly number[];
  readonly seed: number;
  readonly config?: CacheConfig;
}

/** What a process did. */
export interface MixResult {
  readonly operations: number;
}

/** Makes random steps and writes down each of them. */
export async function mix(context: RoutineContext<MixArgs>): Promise<MixResult> {
  const { args, number, notesDirectory, signal } = context;
  const log = new HistoryLog(notesDirectory, number);
  const cache = await context.open(args.config);
  const recorded = new RecordedSteps(cache, log, { process: number, sizes: args.sizes });
  const unrecorded = new RecordedSteps(cache, UNRECORDED, { process: number, sizes: args.sizes });
  const { lanes: laneCount = 1, recordedLanes = laneCount } = args;
  const random = quickNumbers(args.seed * 1_000 + number);
  const choose = chooser(args.weights);
  const limit = args.steps ?? Number.POSITIVE_INFINITY;
  let begun = 0;
  const lanes = Array.from({ length: laneCount }, async (_, lane) => {
    const steps = lane < recordedLanes ? recorded : unrecorded;
    for (let own = 1; begun < limit && !signal.aborted; own++) {
      begun++;
      await steps[choose(random())]((args.firstKey ?? 0) + Math.floor(random() * args.keys));
      if (own % STEPS_A_TURN === 0) await nextTurn();
      if (own % STEPS_A_REPORT === 0) context.report('going on');
    }
  });
  context.report('begun');
  await Promise.all(lanes);
  log.close();
  return { operations: begun };
}

export const mixRoutine = routineOf(import.meta.url, mix);

type Step = keyof MixWeights;

/** Finds the step that a number from 0 to 1 stands for. */
function chooser(weights: MixWeights): (number: number) => Step {
  const steps = (Object.entries(weights) as [Step, number][]).filter(([, weight]) => weight > 0);
  const total = steps.reduce((sum, [, weight]) => sum + weight, 0);
  return (number) => {
    let left = number * total;
    for (const [step, weight] of steps) {
      left -= weight;
      if (left < 0) return step;
    }
    return 'get';
  };
}
