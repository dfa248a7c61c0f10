import { pairedRatios, type Summary, summarize } from '../statistics.js';

/** A number of a scenario, and what it is to be held against. */
export interface Figure {
  readonly what: string;
  readonly unit: 'µs' | 'ms' | '1/s' | '%';
  readonly measured: Summary;
  /** To the line that the scenario's title names; `undefined` where a number stands for itself. */
  readonly ratio: Summary | undefined;
  /** Where it stands in a chart. */
  readonly point?: Point;
}

interface Point {
  /** The chart's title. */
  readonly chart: string;
  readonly line: string;
  readonly x: number;
}

/** What the charts of a scenario have on their axes. */
export interface Axes {
  readonly x: string;
  readonly y: string;
}

/** Something that is not one operation of one subject: a store of another size, several processes, a start. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly axes?: Axes;
  /** @param directory an empty one of its own */
  run(directory: string, isQuick: boolean): Promise<readonly Figure[]>;
}

export type Lane = () => Promise<void>;

/** Runs lanes by turns, `rounds` times; the times of each in milliseconds, by round. */
export async function byTurns(lanes: readonly Lane[], rounds: number): Promise<readonly (readonly number[])[]> {
  const timed = lanes.map((lane) => async () => {
    const startedAt = performance.now();
    await lane();
    return performance.now() - startedAt;
  });
  return measuredByTurns(timed, rounds);
}

/** Lets lanes measure by turns, `rounds` times; what each found, by round. */
export async function measuredByTurns(
  lanes: readonly (() => Promise<number>)[],
  rounds: number,
): Promise<readonly (readonly number[])[]> {
  const found: number[][] = lanes.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < lanes.length; turn++) {
      // Another one begins each time: nobody always runs after the same neighbour.
      const index = (turn + round) % lanes.length;
      const value = await lanes[index]?.();
      if (value !== undefined) found[index]?.push(value);
    }
  }
  return found;
}

/** The times of one operation, from those of `operations` at once in milliseconds. */
export function microseconds(milliseconds: readonly number[], operations: number): Summary {
  return summarize(milliseconds.map((time) => (time * 1_000) / operations));
}

/** The ratios of what was measured in the same rounds. */
export function ratioOf(values: readonly number[], references: readonly number[]): Summary {
  return summarize(pairedRatios(values, references));
}

/** A number that was measured once. */
export function single(value: number): Summary {
  return { median: value, spreadPercent: 0 };
}
