import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { RowName } from './bars/bar.js';
import { bars } from './bars/bars.js';
import { judge } from './bars/judge.js';
import { type Distribution, distributionsOf } from './distribution.js';
import { describeMachine } from './machine.js';
import { type BenchOptions, UsageError } from './options.js';
import { measurementsIn, plan, type Sitting } from './plan.js';
import { UnavailableError } from './process-lane.js';
import { busyWarning, machineText } from './report-page.js';
import { type Report, type Result, resultsOf } from './results.js';
import { scenarios } from './scenarios/index.js';
import type { Scenario } from './scenarios/scenario.js';
import { type Effort, sit } from './sitting.js';
import { groups } from './subjects/index.js';
import { barsTable, figuresTables, givesTable, textTable, timeTables } from './tables.js';

/** What a run does. */
export interface Agenda {
  readonly sittings: readonly Sitting[];
  readonly scenarios: readonly Scenario[];
}

/** @throws UsageError when nothing is left, or for a name that is none */
export function agendaOf(options: BenchOptions): Agenda {
  if (options.scenarios.length > 0) return { sittings: [], scenarios: scenariosNamed(options.scenarios) };
  if (options.filters.length > 0) return { sittings: plan(groups, options), scenarios: [] };
  if (options.isForBars) {
    const isNeeded = (row: RowName) => bars.some(({ needs }) => 'group' in needs && isSameRow(needs, row));
    const needed = bars.flatMap(({ needs }) => ('scenario' in needs ? needs.scenario : []));
    return {
      sittings: plan(groups, options, isNeeded),
      scenarios: scenarios.filter(({ name }) => needed.includes(name)),
    };
  }
  return { sittings: plan(groups, options), scenarios };
}

/** Does it, printing as it goes. @param directory an empty one, for the stores */
export async function run(agenda: Agenda, options: BenchOptions, directory: string): Promise<Report> {
  const startedAt = new Date();
  const machine = describeMachine(directory);
  const introduction = [
    machineText(machine),
    'Each cell: median time of one operation in µs, ± half of the quartiles’ distance, × the time of the first line.',
    ...busyWarning(machine),
  ];
  console.log(`${introduction.join('\n')}\n`);

  const results: Result[] = [];
  const distributions: Distribution[] = [];
  const leftOut = new Set<string>();
  const failures: string[] = [];
  const effort = effortOf(options, measurementsIn(agenda.sittings));
  for (const sitting of agenda.sittings) {
    const title = `${sitting.group.title}, ${sitting.kind.name}`;
    const measured = await orFailure(failures, title, () =>
      sit(sitting, effort, mkdtempSync(join(directory, 'sitting-'))),
    );
    if (measured === undefined) continue;
    for (const error of measured.leftOut) {
      if (!(error instanceof UnavailableError)) failures.push(told(title, error));
      else if (!leftOut.has(error.message)) console.log(`${error.message}\n`);
      if (error instanceof UnavailableError) leftOut.add(error.message);
    }
    const found = resultsOf(sitting, measured.rows);
    results.push(...found);
    distributions.push(...distributionsOf(sitting, measured.rows));
    for (const table of timeTables(title, found)) console.log(`${textTable(table)}\n`);
  }

  const scenarioResults: Report['scenarios'][number][] = [];
  for (const { name, title, axes, run: runScenario } of agenda.scenarios) {
    const store = mkdtempSync(join(directory, 'scenario-'));
    const figures = await orFailure(failures, name, () => runScenario(store, options.isQuick));
    if (figures === undefined) continue;
    const result = { name, title, axes, figures };
    scenarioResults.push(result);
    console.log([title, ...figuresTables(result).map((table) => `${textTable(table)}\n`)].join('\n'));
  }

  const measuredGroups = groups
    .filter((group) => agenda.sittings.some((sitting) => sitting.group === group))
    .map(({ name, title, reference, others }) => ({
      name,
      title,
      reference: reference.name,
      subjects: [reference, ...others].map(({ name, gives, isOurs = false }) => ({ name, isOurs, gives })),
    }));
  for (const group of measuredGroups) console.log(`${textTable(givesTable(group))}\n`);

  const measured = { groups: measuredGroups, results, scenarios: scenarioResults };
  const judged = judge(bars, measured);
  if (options.filters.length === 0 && options.scenarios.length === 0) console.log(`${textTable(barsTable(judged))}\n`);
  return {
    format: 2,
    startedAt: startedAt.toISOString(),
    isQuick: options.isQuick,
    machine,
    leftOut: [...leftOut],
    failures,
    distributions,
    bars: judged,
    ...measured,
  };
}

/** One failure must not cost what was measured before it, and what comes after. */
async function orFailure<T>(failures: string[], what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    failures.push(told(what, error));
    return undefined;
  }
}

/** Tells at once what went wrong. */
function told(what: string, error: unknown): string {
  const text = `${what}: ${error instanceof Error ? error.message : String(error)}`;
  console.error(`FAILED ${text}\n`);
  return text;
}

function scenariosNamed(wanted: readonly string[]): readonly Scenario[] {
  const unknown = wanted.find((name) => name !== 'all' && !scenarios.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw new UsageError(`There is no scenario ${JSON.stringify(unknown)}`);
  return scenarios.filter(({ name }) => wanted.includes('all') || wanted.includes(name));
}

function isSameRow(one: RowName, other: RowName): boolean {
  return one.group === other.group && one.value === other.value && one.operation === other.operation;
}

/** Shares out the time that is left among the measurements that are left. */
function effortOf({ rounds, storedEntries, budgetMs, isQuick }: BenchOptions, measurements: number): Effort {
  const endAt = performance.now() + budgetMs;
  let left = measurements;
  return {
    rounds,
    storedEntries,
    singleTurns: isQuick ? 2 : 20,
    budgetMs: (count) => {
      const share = count / left;
      left -= count;
      return Math.max(0, endAt - performance.now()) * share;
    },
  };
}
