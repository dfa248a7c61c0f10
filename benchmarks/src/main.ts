import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BenchOptions, parseOptions, UsageError, usage } from './options.js';
import { reportPage } from './report-page.js';
import { write } from './results.js';
import { type Agenda, agendaOf, run } from './run.js';
import { scenarios } from './scenarios/index.js';

try {
  const options = parseOptions(process.argv.slice(2));
  await bench(agendaOf(options), options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${usage(scenarios.map(({ name }) => name))}`);
  process.exitCode = 2;
}

async function bench(agenda: Agenda, options: BenchOptions): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'glovebox-bench-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  process.once('SIGINT', () => process.exit(130));
  const report = await run(agenda, options, directory);

  const date = report.startedAt.replaceAll(':', '-').slice(0, 19);
  const jsonFile = resolve(options.jsonFile ?? join(import.meta.dirname, '..', 'results', `${date}.json`));
  const htmlFile = resolve(options.htmlFile ?? `${jsonFile.replace(/\.json$/, '')}.html`);
  write(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  write(htmlFile, reportPage(report));
  console.log(`Results: ${jsonFile}\nPage:    ${htmlFile}`);
  if (report.failures.length > 0) process.exitCode = 1;
}
