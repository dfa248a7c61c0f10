import { expect, it } from 'vitest';
import { bars } from '../src/bars/bars.js';
import { judge } from '../src/bars/judge.js';
import { reportPage } from '../src/report-page.js';
import { scenarios } from '../src/scenarios/index.js';
import type { Figure } from '../src/scenarios/scenario.js';
import { figure, report, row, scenario } from './report.js';

const files = row('files', '536 B', 'get', {
  'raw files': [7_000, 7_000],
  'cache-fs': [7_700, 7_700],
  cacache: [560_000, 560_000],
});
const large = row('files', '1 MB', 'set new', { 'raw files': [2e6, 2e6], 'cache-fs': [3e6, 3e6] });
const distribution = {
  group: 'files',
  value: '536 B',
  operation: 'get',
  subject: 'cache-fs',
  operations: 5_000,
  percentileNanoseconds: [6_000, 7_000, 7_500, 8_000, 20_000, 90_000],
};
const [processes, start] = ['processes', 'start'].map((name) => scenarios.find((one) => one.name === name));
const chart = 'Reads of one store, by the number of processes';
const points: readonly Figure[] = [1, 2, 4].map((x) => ({
  ...figure(`cache-fs, ${x}`, '1/s', [1_000 * x], [1_000]),
  point: { chart, line: 'cache-fs', x },
}));

function page(): string {
  if (processes === undefined || start === undefined) throw new Error('a scenario is missing');
  const measured = {
    results: [...files, ...large],
    distributions: [distribution],
    scenarios: [
      scenario(processes, points),
      scenario(start, [figure('bare Node', 'ms', [40]), figure('cache-fs, above it', 'ms', [30])]),
    ],
    leftOut: ['lmdb is left out: no <binary>'],
  };
  return reportPage(report({ ...measured, bars: judge(bars, report(measured)) }));
}

it('stands alone: nothing is loaded, and no script runs', () => {
  expect(page()).not.toMatch(/<script|<link|<img|@import|url\(|https?:|src=/);
  expect(page()).toContain('prefers-color-scheme: dark');
});

it('has every element closed and every text escaped', () => {
  const html = page();
  for (const element of [
    'html',
    'head',
    'body',
    'main',
    'section',
    'figure',
    'svg',
    'table',
    'tr',
    'th',
    'td',
    'text',
    'title',
  ]) {
    const opened = html.match(new RegExp(`<${element}[ >]`, 'g'))?.length;
    expect(html.match(new RegExp(`</${element}>`, 'g'))?.length, element).toBe(opened);
  }
  expect(html).toContain('a &lt;fast&gt; one');
  expect(html).toContain('lmdb is left out: no &lt;binary&gt;');
  expect(html).not.toMatch(/NaN|undefined|Infinity/);
});

it('each plot has a name and a description, and its numbers in a table beside it', () => {
  const plots = page().match(/<figure class="plot">.*?<\/figure>/gs) ?? [];
  expect(plots).toHaveLength(3);
  for (const plot of plots) {
    expect(plot).toMatch(/<figcaption>.+<\/figcaption><svg [^>]*role="img">\n<title>.+<\/title><desc>.+<\/desc>/);
    expect(plot).toContain('<th scope="row">cache-fs</th>');
  }
  const [peers = '', latency = '', byProcesses = ''] = plots;
  expect(peers).toMatch(
    /cache-fs<\/th><td class="number">7\.70<\/td><td class="number">0 %<\/td><td class="number">1\.10</,
  );
  expect(peers).toContain('raw files: 7.00 µs; cache-fs: 7.70 µs; cacache: 560 µs</desc>');
  expect(latency).toMatch(/cache-fs<\/th>(<td class="number">[\d.]+<\/td>){6}<td class="number">5,000/);
  expect(latency).toContain('median 7.50, 99 % 20.0, 99.9 % 90.0 µs');
  expect(byProcesses).toContain('cache-fs: 1,000 at 1, 2,000 at 2, 4,000 at 4</desc>');
  expect(byProcesses.match(/<circle/g)).toHaveLength(3);
});

it('ours, the reference and peers are told apart by more than their length', () => {
  const [peers = ''] = page().match(/<figure class="plot">.*?<\/figure>/s) ?? [];
  expect(
    [...peers.matchAll(/class="bar (\w+)"><title>([\w -]+):/g)].map(([, kind, name]) => `${name} ${kind}`),
  ).toEqual(['raw files reference', 'cache-fs ours', 'cacache peer']);
});

it('shows the bars with their verdicts, the figures without a plot, all times, and what each gives', () => {
  const html = page();
  expect(html).toMatch(/cache-fs: get of a hot entry.*?<td>not measured<\/td>/);
  expect(html).toMatch(
    /cache-fs: start to.*?<td>at most 25 ms<\/td><td>at most 30 ms<\/td><td class="number">30\.0 ms<\/td><td class="short">short, as promised</,
  );
  expect(html).toMatch(/bare Node<\/th><td class="number">40\.0 ms<\/td>/);
  expect(html).toMatch(/Files, 1 MB<\/figcaption>.*<td class="number">3,000.*×1\.50<\/td>/s);
  expect(html).toContain('<td>nothing: the last save wins</td>');
});

it('has only what was measured', () => {
  const html = reportPage(report({ results: files }));
  const sections = [...html.matchAll(/<h2 [^>]*>(.*?)<\/h2>/g)].map(([, title]) => title);
  expect(sections).toEqual(['Files by peer', 'All times', 'What they give']);
});

it('warns of a quick run and of a busy machine', () => {
  const { machine } = report({});
  expect(reportPage(report({ isQuick: true }))).toContain('no basis for a comparison');
  expect(reportPage(report({ machine: { ...machine, loadAverage: 9 } }))).toContain('was busy (load 9.0)');
  expect(reportPage(report({}))).not.toContain('busy');
});
