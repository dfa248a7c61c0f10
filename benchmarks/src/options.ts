import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Parts of labels such as `files / 536 B / get / cache-fs`; a measurement has to hold all of them. */
  readonly filters: readonly string[];
  /** Names of scenarios, or `all`: those run instead of everything. */
  readonly scenarios: readonly string[];
  /** Only what the bars need. */
  readonly isForBars: boolean;
  readonly isQuick: boolean;
  /** Time that the tables aim at, in milliseconds. */
  readonly budgetMs: number;
  readonly rounds: number;
  /** Entries that a store holds at most while it is measured. */
  readonly storedEntries: number;
  /** @default a file named by the date, in `benchmarks/results` */
  readonly jsonFile: string | undefined;
  /** @default the name of the JSON file, with `.html` */
  readonly htmlFile: string | undefined;
}

/** Something on the command line that can't be meant. */
export class UsageError extends Error {}

/** @param scenarios the names of all */
export function usage(scenarios: readonly string[]): string {
  const names = scenarios.map((name) => `"${name}"`).join(', ');
  return `pnpm bench [--quick] [--bars] [--filter TEXT]... [--scenario NAME]... [--budget SECONDS] [--json FILE] [--html FILE]

  without options   everything: tables, scenarios, bars, and the page; some six minutes
  --quick           a look: only values of 536 bytes, smaller scenarios, fewer and shorter rounds; a minute
  --bars            only what the bars need, which are then told more exactly in the same time
  --filter TEXT     only measurements with TEXT in their label, such as "files / 536 B / get / cache-fs", and no scenarios;
                    more than one: all have to be in it. What the ratios refer to is always measured
  --scenario NAME   only a scenario: ${names};
                    more than one: each; "all": every one
  --budget SECONDS  time that the tables aim at, with at least three rounds of everything (150; with --quick 12)
  --json FILE       where the results go (benchmarks/results/<date>.json)
  --html FILE       where the page goes (beside the results)`;
}

/** @throws UsageError */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { quick, bars, filter, scenario, budget, json, html } = parse(args);
  if (Number(bars) + Number(filter.length > 0) + Number(scenario.length > 0) > 1) {
    throw new UsageError('Only one of --bars, --filter and --scenario can say what is measured');
  }
  return {
    filters: filter.map((text) => text.toLowerCase()),
    scenarios: scenario.map((text) => text.toLowerCase()),
    isForBars: bars,
    isQuick: quick,
    budgetMs: budget === undefined ? (quick ? 12_000 : 150_000) : 1_000 * seconds(budget),
    rounds: quick ? 11 : 41,
    storedEntries: quick ? 200 : 1_000,
    jsonFile: json,
    htmlFile: html,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        bars: { type: 'boolean', default: false },
        filter: { type: 'string', multiple: true, default: [] },
        scenario: { type: 'string', multiple: true, default: [] },
        budget: { type: 'string' },
        json: { type: 'string' },
        html: { type: 'string' },
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
