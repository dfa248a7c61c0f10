import { type Operation, operations } from './operations.js';
import type { Result } from './results.js';
import type { Figure } from './scenarios/scenario.js';
import type { Group } from './subject.js';

/** The measurements of one sitting: a table of what reads and one of what writes. */
export function timeTables(title: string, results: readonly Result[]): string {
  return (['read', 'write'] as const)
    .map((does) => timeTable(title, does, results))
    .filter((table) => table !== '')
    .join('\n\n');
}

/** What the subjects of a group give besides speed. */
export function givesTable({ title, reference, others }: Group): string {
  const rows = [reference, ...others].map(({ name, gives }) => [
    name,
    gives.isolation,
    gives.isPersistent ? 'yes' : 'no',
    gives.crossProcess,
  ]);
  return textTable([[title, 'values are', 'persistent', 'between processes'], ...rows]);
}

/** The figures of a scenario. */
export function figuresTable(name: string, figures: readonly Figure[]): string {
  const rows = figures.map(({ what, value, unit, ratio }) => [
    what,
    `${threeDigits(value)} ${unit}${ratio === undefined ? '' : ` ${`×${shortRatio(ratio)}`.padStart(6)}`}`,
  ]);
  return textTable([[name, 'median'], ...rows]);
}

function timeTable(title: string, does: Operation['does'], results: readonly Result[]): string {
  const columns = operations
    .filter((operation) => operation.does === does)
    .map(({ name }) => name)
    .filter((name) => results.some(({ operation }) => operation === name));
  if (columns.length === 0) return '';
  const subjects = [...new Set(results.map(({ subject }) => subject))];
  const rows = subjects.map((subject) => [
    subject,
    ...columns.map((column) => {
      const result = results.find((one) => one.subject === subject && one.operation === column);
      return result === undefined ? '' : timeCell(result);
    }),
  ]);
  return textTable([[title, ...columns], ...rows]);
}

/** Median in µs, spread, ratio: `12.3 ±4% ×1.62`, each part under its own kind. */
function timeCell({ nanoseconds, ratio }: Result): string {
  const spread = `±${nanoseconds.spreadPercent.toFixed(0)}%`;
  return `${threeDigits(nanoseconds.median / 1_000)} ${spread.padStart(5)} ${`×${shortRatio(ratio.median)}`.padStart(6)}`;
}

function threeDigits(value: number): string {
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

function shortRatio(value: number): string {
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

/** The first row is the header; the first column stands to the left, numbers to the right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const isNumeric = column > 0 && /^\d/.test(rows[1]?.[column] ?? '');
        return isNumeric ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
      })
      .join('   ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('   ');
  const [header = [], ...body] = rows;
  return [line(header), rule, ...body.map(line)].join('\n');
}
