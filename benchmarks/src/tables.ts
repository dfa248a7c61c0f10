import type { JudgedBar } from './bars/judge.js';
import { type Distribution, PERCENTILES } from './distribution.js';
import { type Operation, operations } from './operations.js';
import type { Report, Result } from './results.js';
import type { Figure } from './scenarios/scenario.js';
import type { Summary } from './statistics.js';

/** The first cell of a row is its name; `title` stands above those. */
export interface Table {
  readonly title: string;
  /** What the names are: stands above them instead of the title, which goes before the table. */
  readonly corner?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The measurements of one sitting: a table of what reads and one of what writes. */
export function timeTables(title: string, results: readonly Result[]): readonly Table[] {
  return (['read', 'write'] as const).flatMap((does) => timeTable(title, does, results));
}

/** What the subjects of a group give besides speed. */
export function givesTable({ title, subjects }: Report['groups'][number]): Table {
  const yes = (given: boolean) => (given ? 'yes' : 'no');
  return {
    title: `${title}: what they give`,
    columns: [
      'values are',
      'kept in',
      'persistent',
      'after a kill',
      'between processes',
      'checksums',
      'expiry',
      'limits',
      'computes once',
      'holds',
    ],
    rows: subjects.map(({ name, gives }) => [
      name,
      gives.isolation,
      gives.keeps,
      yes(gives.isPersistent),
      gives.afterCrash,
      gives.crossProcess,
      yes(gives.hasChecksums),
      yes(gives.hasExpiry),
      gives.limits,
      gives.computesOnce,
      gives.holds,
    ]),
  };
}

/** The figures of a scenario: those of a chart as a table of its lines, the others one a row. */
export function figuresTables({ name, axes, figures }: Report['scenarios'][number]): readonly Table[] {
  const charts = new Set(figures.flatMap(({ point }) => point?.chart ?? []));
  const others = figures.filter(({ point }) => point === undefined);
  return [
    ...[...charts].map((chart) => chartTable(chart, axes?.x ?? '', figures)),
    ...(others.length === 0
      ? []
      : [{ title: name, columns: ['median'], rows: others.map((one) => [one.what, figureCell(one, one.unit)]) }]),
  ];
}

export function barsTable(judged: readonly JudgedBar[]): Table {
  return {
    title: 'Bars',
    columns: ['aimed at', 'promised', 'measured', 'verdict', 'compared with'],
    rows: judged.map(({ what, aim, promise, measured, verdict, note, unit }) => [
      what,
      aim,
      promise,
      measured === undefined ? '' : barCell(measured, unit),
      verdict,
      note,
    ]),
  };
}

function barCell(measured: Summary, unit: JudgedBar['unit']): string {
  const value = unit === 'ms' ? `${threeDigits(measured.median)} ms` : shortRatio(measured.median);
  return measured.spreadPercent > 0 ? `${value} ${spread(measured)}` : value;
}

/** Times of single operations in µs. */
export function distributionTable(title: string, distributions: readonly Distribution[]): Table {
  return {
    title,
    columns: [...PERCENTILES.map((percent) => (percent === 50 ? 'median' : `${percent} %`)), 'operations'],
    rows: distributions.map(({ subject, percentileNanoseconds, operations: count }) => [
      subject,
      ...percentileNanoseconds.map((nanoseconds) => threeDigits(nanoseconds / 1_000)),
      count.toLocaleString('en-US'),
    ]),
  };
}

/** The lines of a chart one a row. */
function chartTable(chart: string, axis: string, figures: readonly Figure[]): Table {
  const shown = figures.filter(({ point }) => point?.chart === chart);
  const lines = [...new Set(shown.flatMap(({ point }) => point?.line ?? []))];
  const positions = [...new Set(shown.flatMap(({ point }) => point?.x ?? []))];
  return {
    title: chart,
    corner: `${axis} →`,
    columns: positions.map((x) => x.toLocaleString('en-US')),
    rows: lines.map((line) => [
      line,
      ...positions.map((x) => {
        const found = shown.find(({ point }) => point?.line === line && point.x === x);
        return found === undefined ? '' : figureCell(found);
      }),
    ]),
  };
}

function figureCell({ measured, ratio, unit: of }: Figure, unit = ''): string {
  const value = of === '%' ? measured.median.toFixed(1) : threeDigits(measured.median);
  const parts = [unit === '' ? value : `${value} ${unit}`];
  if (measured.spreadPercent > 0) parts.push(spread(measured));
  if (ratio !== undefined) parts.push(`×${shortRatio(ratio.median)}`.padStart(6));
  return parts.join(' ');
}

function timeTable(title: string, does: Operation['does'], results: readonly Result[]): readonly Table[] {
  const columns = operations
    .filter((operation) => operation.does === does)
    .map(({ name }) => name)
    .filter((name) => results.some(({ operation }) => operation === name));
  if (columns.length === 0) return [];
  const subjects = [...new Set(results.map(({ subject }) => subject))];
  const rows = subjects.map((subject) => [
    subject,
    ...columns.map((column) => {
      const result = results.find((one) => one.subject === subject && one.operation === column);
      return result === undefined ? '' : timeCell(result);
    }),
  ]);
  return [{ title, columns, rows }];
}

/** Median in µs, spread, ratio: `12.3 ±4% ×1.62`, each part under its own kind. */
function timeCell({ nanoseconds, ratio }: Result): string {
  return `${threeDigits(nanoseconds.median / 1_000)} ${spread(nanoseconds)} ${`×${shortRatio(ratio.median)}`.padStart(6)}`;
}

function spread({ spreadPercent }: Summary): string {
  return `±${spreadPercent.toFixed(0)}%`.padStart(5);
}

export function threeDigits(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

export function shortRatio(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

/** The first column stands to the left, numbers to the right. */
export function textTable({ title, corner, columns, rows }: Table): string {
  const lines = [[corner ?? title, ...columns], ...rows];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        isNumeric(rows, column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('   ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('   ');
  const [header = [], ...body] = lines;
  return [...(corner === undefined ? [] : [title]), line(header), rule, ...body.map(line)].join('\n');
}

/** Whether a column holds numbers. */
export function isNumeric(rows: readonly (readonly string[])[], column: number): boolean {
  return column > 0 && rows.some((row) => /^-?\d/.test(row[column] ?? ''));
}
