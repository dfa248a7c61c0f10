import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Loop, loadLoop } from './loops.js';
import { isRepeatable, type Operation } from './operations.js';
import type { Row } from './plan.js';
import type { Session, Subject, Value } from './subject.js';
import type { ValueKind } from './values.js';

/** A subject with its store open, and the keys that are there and those that are not. */
export interface OpenSubject {
  readonly subject: Subject;
  readonly session: Session;
  readonly value: Value;
  readonly storedKeys: readonly string[];
  readonly freshKeys: readonly string[];
}

export interface Measurement {
  readonly subject: Subject;
  readonly operationsPerRound: number;
  /** Of one operation, by round. */
  readonly nanoseconds: readonly number[];
}

interface Lane extends OpenSubject {
  readonly operation: Operation;
  readonly call: (key: string) => unknown;
  readonly loop: Loop;
  readonly nanoseconds: number[];
  operationsPerRound: number;
  /** Where the next sample's keys begin. */
  position: number;
}

const MIN_ROUNDS = 3;
const SHORTEST_SAMPLE_MS = 0.2;
/** Below what schedulers give a process at a time: on a busy machine most samples of this length are undisturbed. */
const LONGEST_SAMPLE_MS = 2;

/**
 * Measures the subjects of a row by turns, so that whatever else the machine does meets all of them. When `budgetMs` is
 * spent, the row ends with the round, but not before the third.
 */
export async function measureRow(
  { operation }: Row,
  kind: ValueKind,
  opened: readonly OpenSubject[],
  rounds: number,
  budgetMs: number,
): Promise<readonly Measurement[]> {
  // A round costs up to as much again for storing and removing; the warm-up costs some three rounds.
  const sampleMs = Math.min(
    LONGEST_SAMPLE_MS,
    Math.max(SHORTEST_SAMPLE_MS, budgetMs / opened.length / (2 * rounds + 6)),
  );
  const endAt = performance.now() + budgetMs;

  const lanes: Lane[] = [];
  for (const open of opened) lanes.push(await warmLane(open, operation, kind, sampleMs));

  // The first round doesn't count: code that was compiled for one subject is compiled anew when the next has used it.
  for (let round = 0; round <= rounds; round++) {
    if (round > MIN_ROUNDS && performance.now() > endAt) break;
    // Another one begins each time: nobody always runs after the same neighbour.
    const first = round % lanes.length;
    for (const lane of [...lanes.slice(first), ...lanes.slice(0, first)]) {
      // What the one before has left behind, its garbage and its background work, is not for this one to pay.
      collectYoungGarbage();
      await nextTurn();
      const nanoseconds = await sample(lane, lane.operationsPerRound);
      if (round > 0) lane.nanoseconds.push(nanoseconds);
    }
  }
  return lanes;
}

/** Runs more and more operations until they take about the time of a sample: by then they are compiled, too. */
async function warmLane(open: OpenSubject, operation: Operation, kind: ValueKind, sampleMs: number): Promise<Lane> {
  const { subject, session, value } = open;
  const lane: Lane = {
    ...open,
    operation,
    call: operation.bind(session, value),
    loop: await loadLoop(subject.isSynchronous, `${subject.name} ${operation.name} ${kind.name}`),
    nanoseconds: [],
    operationsPerRound: 1,
    position: 0,
  };
  const most = isRepeatable(operation) ? Number.POSITIVE_INFINITY : open.freshKeys.length;
  for (;;) {
    // One that was interrupted looks long enough: it takes three to believe it.
    let elapsedMs = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 3 && elapsedMs > sampleMs / 2; attempt++) {
      const nanoseconds = await sample(lane, lane.operationsPerRound);
      elapsedMs = Math.min(elapsedMs, (nanoseconds * lane.operationsPerRound) / 1e6);
    }
    if (elapsedMs > sampleMs / 2 || lane.operationsPerRound >= most) return lane;
    const growth = Math.max(2, Math.min(8, sampleMs / elapsedMs));
    lane.operationsPerRound = Math.min(most, Math.ceil(lane.operationsPerRound * growth));
  }
}

/** Nanoseconds that one operation took, as the mean of `count`. */
async function sample(lane: Lane, count: number): Promise<number> {
  const { operation, session, value } = lane;
  const all = operation.keys === 'stored' ? lane.storedKeys : lane.freshKeys;
  const keys = nextKeys(lane, all, count);
  const passes = Math.ceil(count / keys.length);
  if (operation.storesFirst) for (const key of keys) await session.set(key, value);

  const startedAt = performance.now();
  const running = lane.loop(lane.call, keys, passes, operation.expected);
  const wrong = typeof running === 'number' ? running : await running;
  const elapsedMs = performance.now() - startedAt;

  if (operation.removesAfter) for (const key of keys) await session.delete(key);
  if (wrong > 0) throw new Error(`${lane.subject.name}: ${operation.name} went wrong ${wrong} times of ${count}`);
  return (elapsedMs * 1e6) / (passes * keys.length);
}

/** One sample after the other goes through all keys: always the same few would be served better than a program's. */
function nextKeys(lane: Lane, all: readonly string[], count: number): readonly string[] {
  if (count >= all.length) return all;
  if (lane.position + count > all.length) lane.position = 0;
  const keys = all.slice(lane.position, lane.position + count);
  lane.position += count;
  return keys;
}

const collectYoungGarbage = garbageCollector();

/** Node hides the collector behind a flag, which a program may raise itself. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return typeof collect === 'function' ? () => collect({ type: 'minor' }) : () => undefined;
}
