import { readFileSync } from 'node:fs';
import { selectChecks } from '../selection.js';
import { type Arguments, HELP, parseArguments } from './arguments.js';
import { idsOf } from './check-patterns.js';
import { collectBenchmark } from './collect-benchmark.js';
import { collectReport } from './collect-report.js';
import type { RunRequest } from './messages.js';
import { listText, reportText, usesColors } from './output.js';
import { prepareFile, print, writeReport } from './output-files.js';
import { UsageError } from './usage-error.js';

/** The command `glovebox-cache-testkit`. Resolves to its exit code: 0 passed, 1 failed, 2 nothing could be run. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(parseArguments(args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`glovebox-cache-testkit: ${error.message}\n`);
    return 2;
  }
}

async function run(asked: Arguments): Promise<number> {
  if (asked.task === 'help') return print(HELP);
  if (asked.task === 'version') return print(`${version()}\n`);
  const request = requestOf(asked);
  if (asked.task === 'list') return print(listText(selectChecks(request.selection), asked.format));

  if (asked.out !== undefined) prepareFile(asked.out);
  if (asked.task === 'bench') return bench(asked);
  const outcome = await collectReport(request, process.stderr);
  if (outcome.type === 'interrupted') return endBy(outcome.signal);
  const { report } = outcome;
  const inColors = reportText(report, 'text', asked, usesColors(asked, process.stdout));
  if (asked.out === undefined) {
    await print(asked.format === 'text' ? inColors : reportText(report, asked.format, asked));
  } else {
    writeReport(asked.out, reportText(report, asked.format, asked));
    await print(inColors);
  }
  return report.isPassed ? 0 : 1;
}

async function bench({ specifier, benchmark, format, out }: Arguments): Promise<number> {
  const outcome = await collectBenchmark({ specifier, selection: {}, settings: {}, benchmark }, process.stderr);
  if (outcome.type === 'interrupted') return endBy(outcome.signal);
  if (out !== undefined) writeReport(out, `${format === 'json' ? outcome.json : outcome.text}\n`);
  return print(`${format === 'json' && out === undefined ? outcome.json : outcome.text}\n`);
}

/** Ends by the signal itself, as the shell and the caller expect. */
function endBy(signal: NodeJS.Signals): number {
  process.kill(process.pid, signal);
  return 1;
}

function requestOf({ specifier, patterns, groups, configurations, settings }: Arguments): RunRequest {
  const inGroups = groups.length === 0 ? {} : { groups };
  const ids = selectChecks(inGroups).map(({ id }) => id);
  const checks = patterns.length === 0 ? {} : { checks: idsOf(patterns, ids) };
  const inConfigurations = configurations.length === 0 ? {} : { configurations };
  return { specifier, settings, selection: { ...inGroups, ...checks, ...inConfigurations } };
}

function version(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}
