import type { CacheStats } from '@glovebox/cache-core';
import type { MoergoDemo } from '@glovebox/example-moergo-client';
import type { LayoutDemo, LayoutStep } from './layout-half.js';
import { bytes, columns, milliseconds, oneLine, type Paint } from './text.js';

const SHOWN_WARNINGS = 5;

/** What was read and what came of it. */
export function layoutReport(demo: LayoutDemo, file: string, keymapFile: string | undefined, paint: Paint): string[] {
  const { summary, warnings } = demo;
  const facts: [string, string][] = [
    ['file', `${file} (${bytes(demo.fileBytes)})`],
    ['keyboard', oneLine(summary.keyboard)],
    ['title', oneLine(summary.title) || '(none)'],
    ['layers', `${summary.layers}, ${summary.keys} keys in all`],
    ['hold-taps', String(summary.holdTaps)],
    ['combos', String(summary.combos)],
    ['macros', String(summary.macros)],
    ['input listeners', String(summary.inputListeners)],
    ['keymap', `${bytes(Buffer.byteLength(demo.keymap))} of ZMK devicetree${keymapFile ? `, in ${keymapFile}` : ''}`],
  ];
  const more = warnings.length - SHOWN_WARNINGS;
  return [
    paint('bold', 'Layout'),
    ...columns(facts.map(([name, value]) => [paint('dim', name), value])),
    ...warnings.slice(0, SHOWN_WARNINGS).map((warning) => `  ${paint('yellow', 'warning')} ${oneLine(warning, 200)}`),
    ...(more > 0 ? [`  ${paint('yellow', 'warning')} and ${more} more`] : []),
    '',
    ...layoutTable(demo.steps, paint),
  ];
}

function layoutTable(steps: readonly LayoutStep[], paint: Paint): string[] {
  const rows = steps.map((step) => [
    step.operation,
    milliseconds(step.coldMs),
    milliseconds(step.warmMs),
    paint(step.warmHit ? 'green' : 'yellow', speedUp(step.coldMs, step.warmMs)),
    step.firstCallHit ? `hit in ${milliseconds(step.firstCallMs)}, kept from an earlier run` : 'miss',
  ]);
  const header = ['', 'cold', 'warm', 'faster', 'first call'].map((title) => paint('dim', title));
  const isKept = steps.some(({ firstCallHit }) => firstCallHit);
  return [
    ...columns([header, ...rows], [1, 2, 3]),
    ...(isKept
      ? [paint('dim', '  The first call was a hit: its cold time is that of the same work beside the cache.')]
      : []),
  ];
}

/** The calls of the MoErgo client. */
export function moergoReport({ service, rows }: MoergoDemo, paint: Paint): string[] {
  const table = rows.map((row) => [
    row.operation,
    row.coldRequests === 0 ? paint('dim', 'kept') : milliseconds(row.coldMs),
    milliseconds(row.warmMs),
    row.coldRequests === 0 ? '' : paint(row.failed ? 'yellow' : 'green', speedUp(row.coldMs, row.warmMs)),
    `${row.coldRequests} → ${row.warmRequests}`,
    row.failed ? paint('red', oneLine(row.result)) : oneLine(row.result, 60),
  ]);
  const header = ['', 'cold', 'warm', 'faster', 'requests', 'result'].map((title) => paint('dim', title));
  return [
    paint('bold', 'MoErgo client'),
    `  ${paint('dim', 'service')}   ${service}`,
    '',
    ...columns([header, ...table], [1, 2, 3]),
    ...(rows.some(({ coldRequests }) => coldRequests === 0)
      ? [paint('dim', '  kept: an earlier run left the answer in the cache, and no request was made.')]
      : []),
  ];
}

/** The statistics of the cache before this run and after it. */
export function statsReport(before: CacheStats, after: CacheStats, root: string, paint: Paint): string[] {
  const row = (name: string, show: (stats: CacheStats) => string) => [paint('dim', name), show(before), show(after)];
  const rows = [
    ['', paint('dim', 'before'), paint('dim', 'now')],
    row('hits', ({ hitCount }) => String(hitCount)),
    row('misses', ({ missCount }) => String(missCount)),
    row('hit rate', ({ hitRate }) => `${hitRate.toFixed(1)} %`),
    row('entries', ({ totalEntries }) => String(totalEntries)),
    row('bytes', ({ totalSizeBytes }) => bytes(totalSizeBytes)),
    row('evictions', ({ evictionCount }) => String(evictionCount)),
    row('errors', ({ errorCount }) => String(errorCount)),
  ];
  const kept =
    before.totalEntries + before.hitCount > 0
      ? `${before.totalEntries} entries and ${before.hitCount} hits were kept from earlier runs.`
      : 'Nothing was kept from earlier runs: run it once more and see.';
  return [paint('bold', 'Cache'), `  ${paint('dim', 'files')}   ${root}`, '', ...columns(rows, [1, 2]), `  ${kept}`];
}

function speedUp(coldMs: number, warmMs: number): string {
  const factor = coldMs / Math.max(warmMs, 0.001);
  return `${factor < 10 ? factor.toFixed(1) : Math.round(factor)}×`;
}
