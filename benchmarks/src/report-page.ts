import { type Distribution, PERCENTILES } from './distribution.js';
import { isBusy, type Machine } from './machine.js';
import { barChart } from './plots/bar-chart.js';
import { htmlPage, type PageFigure, type PageSection } from './plots/html-page.js';
import { lineChart, type Series } from './plots/line-chart.js';
import { type RangeItem, rangeChart } from './plots/range-chart.js';
import type { Report, Result } from './results.js';
import type { Figure } from './scenarios/scenario.js';
import {
  barsTable,
  distributionTable,
  figuresTables,
  givesTable,
  shortRatio,
  type Table,
  threeDigits,
  timeTables,
} from './tables.js';
import { valueKinds } from './values.js';

/** What is drawn as bars; the tables have the rest. */
const DRAWN_OPERATIONS = ['get', 'set new'];
const [DRAWN_VALUE] = valueKinds;

/** The page of a run: what was measured of it, drawn and in numbers. */
export function reportPage(report: Report): string {
  const sections: readonly PageSection[] = [
    {
      title: 'Bars',
      text: 'What the packages are meant to reach, and what this run found: the median of the ratios of its rounds, ± half of the distance between their quartiles. "Near" says that the aim lies within that.',
      figures: report.bars.every(({ verdict }) => verdict === 'not measured')
        ? []
        : [{ table: barsTable(report.bars) }],
    },
    ...report.groups.map((group) => ({
      title: `${group.title} by peer`,
      text: 'Medians; the axis is logarithmic: one line further is ten times slower.',
      figures: DRAWN_OPERATIONS.flatMap((operation) => peersFigure(report, group, operation)),
    })),
    {
      title: 'Latency distribution',
      text: 'Single operations, each timed by itself. The line reaches from the first to the 99th of a hundred, the box holds the middle half, the stroke in it is the median, and the dot 99.9 %.',
      figures: report.groups.flatMap((group) =>
        DRAWN_OPERATIONS.flatMap((operation) => distributionFigure(report, group, operation)),
      ),
    },
    ...report.scenarios.map(scenarioSection),
    {
      title: 'All times',
      text: 'Each cell: median time of one operation in µs, ± half of the distance between the quartiles, × the time of the first line in the same rounds.',
      figures: report.groups.flatMap((group) => allTimes(report, group).map((table) => ({ table }))),
    },
    { title: 'What they give', figures: report.groups.map((group) => ({ table: givesTable(group) })) },
  ];
  return htmlPage(
    'Glovebox cache: benchmarks',
    introduction(report),
    sections.filter(({ figures }) => figures.length > 0),
  );
}

/** Where and when it was measured. */
export function machineText(machine: Machine): string {
  const { node, system, processor, cores, fileSystem } = machine;
  return `Node ${node}, ${system}, ${cores} × ${processor}, files on ${fileSystem}`;
}

export function busyWarning(machine: Machine): readonly string[] {
  if (!isBusy(machine)) return [];
  return [`The machine was busy (load ${machine.loadAverage.toFixed(1)}): expect wide spreads.`];
}

function introduction({ startedAt, machine, isQuick, leftOut, failures }: Report): readonly string[] {
  return [
    `${machineText(machine)}. Measured ${startedAt.slice(0, 16).replace('T', ' ')} UTC.`,
    ...busyWarning(machine),
    ...(isQuick ? ['A quick look: few rounds and small stores. Its numbers are no basis for a comparison.'] : []),
    ...leftOut,
    ...failures.map((failure) => `Failed: ${failure}.`),
  ];
}

type ReportGroup = Report['groups'][number];

function kindOf({ reference, subjects }: ReportGroup, subject: string): RangeItem['kind'] {
  if (subject === reference) return 'reference';
  return subjects.find(({ name }) => name === subject)?.isOurs === true ? 'ours' : 'peer';
}

function peersFigure(report: Report, group: ReportGroup, operation: string): readonly PageFigure[] {
  const results = report.results
    .filter((one) => one.group === group.name && one.operation === operation && one.value === DRAWN_VALUE?.name)
    .toSorted((a, b) => a.nanoseconds.median - b.nanoseconds.median);
  if (results.length === 0) return [];
  const title = `${group.title}: ${operation}, ${DRAWN_VALUE?.name}`;
  const items = results.map((one) => ({
    name: one.subject,
    value: one.nanoseconds.median / 1_000,
    label: `${threeDigits(one.nanoseconds.median / 1_000)} µs`,
    kind: kindOf(group, one.subject),
  }));
  const table: Table = {
    title,
    columns: ['µs', '±', `× ${group.reference}`],
    rows: results.map(({ subject, nanoseconds, ratio }) => [
      subject,
      threeDigits(nanoseconds.median / 1_000),
      `${nanoseconds.spreadPercent.toFixed(0)} %`,
      shortRatio(ratio.median),
    ]),
  };
  return [{ svg: barChart(title, 'µs', items), table }];
}

function distributionFigure(report: Report, group: ReportGroup, operation: string): readonly PageFigure[] {
  const shown = report.distributions
    .filter((one) => one.group === group.name && one.operation === operation)
    .toSorted((a, b) => medianOf(a) - medianOf(b));
  if (shown.length === 0) return [];
  const title = `${group.title}: ${operation}, ${shown[0]?.value}, µs`;
  const items = shown.map((one): RangeItem => {
    const [first = 0, boxStart = 0, middle = 0, boxEnd = 0, end = 0, last = 0] = one.percentileNanoseconds.map(
      // An operation that took no tick of the clock still has to stand on a logarithmic axis.
      (nanoseconds) => Math.max(nanoseconds, 1) / 1_000,
    );
    const hint = `${one.subject}: median ${threeDigits(middle)}, 99 % ${threeDigits(end)}, 99.9 % ${threeDigits(last)} µs`;
    return {
      name: one.subject,
      kind: kindOf(group, one.subject),
      values: [first, boxStart, middle, boxEnd, end, last],
      hint,
    };
  });
  return [{ svg: rangeChart(title, 'µs', items), table: distributionTable(title, shown) }];
}

function medianOf({ percentileNanoseconds }: Distribution): number {
  return percentileNanoseconds[PERCENTILES.indexOf(50)] ?? 0;
}

function scenarioSection(scenario: Report['scenarios'][number]): PageSection {
  const { name, title, axes, figures } = scenario;
  return {
    title: capitalized(name),
    text: `${capitalized(title)}.`,
    figures: figuresTables(scenario).map((table) => {
      const shown = figures.filter(({ point }) => point?.chart === table.title);
      return axes === undefined || shown.length === 0 ? { table } : { table, svg: chart(table.title, axes, shown) };
    }),
  };
}

function chart(
  title: string,
  { x, y }: { readonly x: string; readonly y: string },
  figures: readonly Figure[],
): string {
  const lines = [...new Set(figures.flatMap(({ point }) => point?.line ?? []))];
  const series = lines.map(
    (name): Series => ({
      name,
      points: figures.flatMap(({ point, measured }) =>
        point?.line === name ? [[point.x, measured.median] as const] : [],
      ),
      isDashed: name === 'belady',
    }),
  );
  return lineChart({
    title,
    xLabel: x,
    yLabel: y,
    xMarks: [...new Set(figures.flatMap(({ point }) => point?.x ?? []))],
    yMax: Math.max(...figures.map(({ measured }) => measured.median)),
    series,
  });
}

function allTimes({ results }: Report, group: ReportGroup): readonly Table[] {
  const ofGroup = results.filter((one) => one.group === group.name);
  return [...new Set(ofGroup.map(({ value }) => value))].flatMap((value) =>
    timeTables(
      `${group.title}, ${value}`,
      ofGroup.filter((one: Result) => one.value === value),
    ),
  );
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
