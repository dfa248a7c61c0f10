#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { createDefaultCache } from '@glovebox/cache-config';
import { type MoergoDemo, runMoergoDemo } from './demo.js';

const USAGE = `Usage: node dist/cli.js [--live] [--layout UUID]

  --live          talk to my.glove80.com instead of a local server
  --layout UUID   with --live: the layout to fetch
  MOERGO_TOKEN    with --live: an id token, for your own layouts and builds
`;

function formatDemo(demo: MoergoDemo): string {
  const lines = demo.rows.map((row) => [
    row.operation,
    row.failed ? '-' : `${row.coldMs.toFixed(1)} ms`,
    row.failed ? '-' : String(row.coldRequests),
    row.failed ? '-' : `${row.warmMs.toFixed(2)} ms`,
    row.failed ? '-' : String(row.warmRequests),
    row.result,
  ]);
  const table = [['call', 'first', 'requests', 'again', 'requests', 'result'], ...lines];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const text = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [`Service: ${demo.service}`, '', ...text].join('\n');
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { live: { type: 'boolean' }, layout: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  await using cache = createDefaultCache();
  const demo = await runMoergoDemo({
    cache,
    live: values.live,
    uuid: values.layout,
    token: process.env.MOERGO_TOKEN,
  });
  const stats = await cache.getStats();
  process.stdout.write(
    `${formatDemo(demo)}\n\nCache: ${stats.totalEntries} entries, ${stats.totalSizeBytes} bytes, ` +
      `${stats.hitCount} hits, ${stats.missCount} misses, ${stats.errorCount} errors\n`,
  );
  return demo.succeeded ? 0 : 1;
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
