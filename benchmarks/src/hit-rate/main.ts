import { UsageError } from '../options.js';
import { htmlPage } from '../plots/html-page.js';
import { write } from '../results.js';
import { textTable } from '../tables.js';
import { type Comparison, chartOf, compare, tableOf } from './compare.js';
import { generatedTraces } from './generated-traces.js';
import { type HitRateOptions, parseOptions, USAGE } from './options.js';
import { readTrace } from './trace.js';

const INTRODUCTION =
  'Share of the requests that hit in a memory cache, each miss followed by a set, by eviction policy and capacity. ' +
  'Belady is what a cache that knows the future would reach.';

try {
  await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function main({ files, capacities, policies, htmlFile, jsonFile }: HitRateOptions): Promise<void> {
  const traces = files.length > 0 ? files.map(readTrace) : generatedTraces();
  console.log(`${INTRODUCTION}\n`);
  const comparisons: Comparison[] = [];
  for (const trace of traces) {
    const progress = () => {
      if (process.stderr.isTTY) process.stderr.write('.');
    };
    const comparison = await compare(trace, policies, capacities, progress);
    if (process.stderr.isTTY) process.stderr.write('\r');
    comparisons.push(comparison);
    console.log(`${textTable(tableOf(comparison, policies))}\n`);
  }
  const figures = comparisons.map((comparison) => ({
    svg: chartOf(comparison, policies),
    table: tableOf(comparison, policies),
  }));
  if (htmlFile !== undefined) {
    save(htmlFile, htmlPage('Hit rates by eviction policy', [INTRODUCTION], [{ title: 'Traces', figures }]));
  }
  if (jsonFile !== undefined) save(jsonFile, `${JSON.stringify({ format: 1, comparisons }, null, 2)}\n`);
}

function save(file: string, text: string): void {
  write(file, text);
  console.log(`Written: ${file}`);
}
