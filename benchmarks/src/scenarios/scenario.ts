import { quantile } from '../statistics.js';

/** A number of a scenario, and what it is to be held against. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: 'µs' | 'ms' | '1/s';
  /** To the line that the scenario's title names; `undefined` where a number stands for itself. */
  readonly ratio: number | undefined;
}

/** Something that is not one operation of one subject: a store of another size, several processes, a start. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** @param directory an empty one of its own */
  run(directory: string, isQuick: boolean): Promise<readonly Figure[]>;
}

export type Lane = () => Promise<void>;

/** Runs lanes by turns, `rounds` times; the times of each in milliseconds, by round. */
export async function byTurns(lanes: readonly Lane[], rounds: number): Promise<readonly (readonly number[])[]> {
  const times: number[][] = lanes.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < lanes.length; turn++) {
      // Another one begins each time: nobody always runs after the same neighbour.
      const index = (turn + round) % lanes.length;
      const startedAt = performance.now();
      await lanes[index]?.();
      times[index]?.push(performance.now() - startedAt);
    }
  }
  return times;
}

/** The median of the ratios of times that were measured in the same round. */
export function medianRatio(times: readonly number[], references: readonly number[]): number {
  return quantile(
    times.map((time, round) => time / (references[round] ?? Number.NaN)),
    0.5,
  );
}

export function median(times: readonly number[]): number {
  return quantile(times, 0.5);
}
