import type { Operation } from './operations.js';
import type { Subject } from './subject.js';

/** A subject with its store open, wherever it runs. */
export interface Lane {
  readonly subject: Subject;
  /**
   * Warms up for an operation, for `warmUpMs` or until a sample of about `sampleMs` has run.
   * @returns the number of operations in a sample
   */
  prepare(operation: Operation, sampleMs: number, warmUpMs: number): Promise<number>;
  /** Nanoseconds that one operation took, as the mean of a sample. */
  sample(): Promise<number>;
  /** Nanoseconds of single operations, one after the other: `count` of them, or those that began within `atMostMs`. */
  timeEach(count: number, atMostMs: number): Promise<readonly number[]>;
}

export interface Measurement {
  readonly subject: Subject;
  readonly operationsPerRound: number;
  /** Of one operation, by round. */
  readonly nanoseconds: readonly number[];
}

const MIN_ROUNDS = 3;
const SHORTEST_SAMPLE_MS = 0.2;
/** Below what schedulers give a process at a time: on a busy machine most samples of this length are undisturbed. */
const LONGEST_SAMPLE_MS = 2;

/**
 * Measures an operation of all lanes by turns, so that whatever else the machine does meets all of them. When `budgetMs`
 * is spent, it ends with the round, but not before the third.
 */
export async function measureRow(
  operation: Operation,
  lanes: readonly Lane[],
  rounds: number,
  budgetMs: number,
): Promise<readonly Measurement[]> {
  const warmUpMs = budgetMs / lanes.length / 2;
  // A sample costs up to as much again for storing and removing.
  const share = (budgetMs / lanes.length - warmUpMs) / (2 * rounds);
  const sampleMs = Math.min(LONGEST_SAMPLE_MS, Math.max(SHORTEST_SAMPLE_MS, share));
  const endAt = performance.now() + budgetMs;

  const measured = new Map<Lane, { operationsPerRound: number; nanoseconds: number[] }>();
  for (const lane of lanes) {
    measured.set(lane, { operationsPerRound: await lane.prepare(operation, sampleMs, warmUpMs), nanoseconds: [] });
  }
  for (let round = 0; round < rounds; round++) {
    if (round >= MIN_ROUNDS && performance.now() > endAt) break;
    for (const lane of inTurn(lanes, round)) measured.get(lane)?.nanoseconds.push(await lane.sample());
  }
  return [...measured].map(([{ subject }, measurement]) => ({ subject, ...measurement }));
}

/** The times of single operations of a subject. */
export interface SingleTimes {
  readonly subject: Subject;
  readonly nanoseconds: readonly number[];
}

/** Times single operations of what the lanes were last prepared for, by turns. */
export async function measureEach(
  lanes: readonly Lane[],
  turns: number,
  operationsATurn: number,
  atMostMsATurn: number,
): Promise<readonly SingleTimes[]> {
  const measured = new Map<Lane, number[]>(lanes.map((lane) => [lane, []]));
  for (let turn = 0; turn < turns; turn++) {
    for (const lane of inTurn(lanes, turn)) {
      measured.get(lane)?.push(...(await lane.timeEach(operationsATurn, atMostMsATurn)));
    }
  }
  return [...measured].map(([{ subject }, nanoseconds]) => ({ subject, nanoseconds }));
}

/** Another one begins each round: nobody always runs after the same neighbour. */
function inTurn(lanes: readonly Lane[], round: number): readonly Lane[] {
  const first = round % lanes.length;
  return [...lanes.slice(first), ...lanes.slice(0, first)];
}
