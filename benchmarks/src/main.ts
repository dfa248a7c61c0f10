import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describeMachine, isBusy, type Machine } from './machine.js';
import { type BenchOptions, parseOptions, USAGE, UsageError } from './options.js';
import { measurementsIn, plan, type Sitting } from './plan.js';
import { type Report, type Result, resultsOf, writeReport } from './results.js';
import { scenarios } from './scenarios/index.js';
import type { Scenario } from './scenarios/scenario.js';
import { type Effort, sit } from './sitting.js';
import { groups } from './subjects/index.js';
import { figuresTable, givesTable, timeTables } from './tables.js';

try {
  const options = parseOptions(process.argv.slice(2));
  const chosen = chosenScenarios(options);
  await bench(chosen.length > 0 ? [] : plan(groups, options), chosen, options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function bench(sittings: readonly Sitting[], chosen: readonly Scenario[], options: BenchOptions): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'glovebox-bench-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  process.once('SIGINT', () => process.exit(130));
  const startedAt = new Date();
  const machine = describeMachine(directory);
  console.log(`${introduction(machine)}\n`);

  const effort = effortOf(options, measurementsIn(sittings));
  const results: Result[] = [];
  for (const sitting of sittings) {
    const measured = resultsOf(sitting, await sit(sitting, effort, mkdtempSync(join(directory, 'sitting-'))));
    results.push(...measured);
    console.log(`${timeTables(`${sitting.group.title}, ${sitting.kind.name}`, measured)}\n`);
  }
  const scenarioResults: Report['scenarios'][number][] = [];
  for (const { name, title, run } of chosen) {
    const figures = await run(mkdtempSync(join(directory, 'scenario-')), options.isQuick);
    scenarioResults.push({ name, title, figures });
    console.log(`${title}\n${figuresTable(name, figures)}\n`);
  }
  const measuredGroups = groups.filter((group) => sittings.some((sitting) => sitting.group === group));
  for (const group of measuredGroups) console.log(`${givesTable(group)}\n`);

  const file = resolve(options.jsonFile ?? join(import.meta.dirname, '..', 'results', fileName(startedAt)));
  writeReport(file, {
    format: 1,
    startedAt: startedAt.toISOString(),
    machine,
    groups: measuredGroups.map(({ name, reference, others }) => ({
      name,
      reference: reference.name,
      subjects: [reference, ...others].map((subject) => ({ name: subject.name, gives: subject.gives })),
    })),
    results,
    scenarios: scenarioResults,
  });
  console.log(`Results: ${file}`);
}

/** @throws UsageError for a name that is none */
function chosenScenarios(options: BenchOptions): readonly Scenario[] {
  const wanted = options.scenarios;
  const unknown = wanted.find((name) => name !== 'all' && !scenarios.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw new UsageError(`There is no scenario ${JSON.stringify(unknown)}`);
  return scenarios.filter(({ name }) => wanted.includes('all') || wanted.includes(name));
}

/** Shares out the time that is left among the measurements that are left. */
function effortOf({ rounds, storedEntries, budgetMs }: BenchOptions, measurements: number): Effort {
  const endAt = performance.now() + budgetMs;
  let left = measurements;
  return {
    rounds,
    storedEntries,
    budgetMs: (count) => {
      const share = count / left;
      left -= count;
      return Math.max(0, endAt - performance.now()) * share;
    },
  };
}

function introduction(machine: Machine): string {
  const { node, system, processor, cores, fileSystem, loadAverage } = machine;
  return [
    `Node ${node}, ${system}, ${cores} × ${processor}, files on ${fileSystem}`,
    `Each cell: median time of one operation in µs, ± half of the quartiles' distance, × the time of the first line.`,
    ...(isBusy(machine) ? [`The machine was busy (load ${loadAverage.toFixed(1)}): expect wide spreads.`] : []),
  ].join('\n');
}

function fileName(date: Date): string {
  return `${date.toISOString().replaceAll(':', '-').slice(0, 19)}.json`;
}
