import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Parts of labels such as `files / 536 B / get / cache-fs`; a measurement has to hold all of them. */
  readonly filters: readonly string[];
  /** Names of scenarios, or `all`: those run instead of the tables. */
  readonly scenarios: readonly string[];
  readonly isQuick: boolean;
  /** Time that the run aims at, in milliseconds. */
  readonly budgetMs: number;
  readonly rounds: number;
  /** Entries that a store holds at most while it is measured. */
  readonly storedEntries: number;
  /** @default a file named by the date, in `benchmarks/results` */
  readonly jsonFile: string | undefined;
}

/** Something on the command line that can't be meant. */
export class UsageError extends Error {}

export const USAGE = `pnpm bench [--quick] [--filter TEXT]... [--scenario NAME]... [--budget SECONDS] [--json FILE]

  --quick           only values of 536 bytes, fewer entries, fewer and shorter rounds: at most 20 seconds in all
  --filter TEXT     only measurements with TEXT in their label, such as "files / 536 B / get / cache-fs";
                    more than one: all have to be in it. What the ratios refer to is always measured
  --scenario NAME   runs a scenario instead of the tables: "many entries", "at the limit", "processes", "start",
                    "cleanup", "transforms" or "watching"; more than one: each; "all": every one. With --quick a look whether they work
  --budget SECONDS  time that the run aims at, with at least three rounds of everything (180; with --quick 12)
  --json FILE       where the results go (benchmarks/results/<date>.json)`;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { quick, filter, scenario, budget, json } = parse(args);
  return {
    filters: filter.map((text) => text.toLowerCase()),
    scenarios: scenario.map((text) => text.toLowerCase()),
    isQuick: quick,
    budgetMs: budget === undefined ? (quick ? 12_000 : 180_000) : 1_000 * seconds(budget),
    rounds: quick ? 11 : 41,
    storedEntries: quick ? 200 : 1_000,
    jsonFile: json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        filter: { type: 'string', multiple: true, default: [] },
        scenario: { type: 'string', multiple: true, default: [] },
        budget: { type: 'string' },
        json: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value <= 86_400)) {
    throw new UsageError(`--budget is ${JSON.stringify(text)}; allowed are seconds above 0, up to a day`);
  }
  return value;
}
