import type { Check } from '../check.js';
import { plainPaint, terminalPaint } from '../paint.js';
import type { ConformanceReport } from '../report.js';
import type { Arguments, ReportFormat } from './arguments.js';

/** The report in a format; as text with how to run a failed check alone. */
export function reportText(
  report: ConformanceReport,
  format: ReportFormat,
  { specifier }: Arguments,
  isColorful = false,
): string {
  if (format === 'json') return `${JSON.stringify(report, undefined, 2)}\n`;
  if (format === 'junit') return report.toJUnit();
  const text = report.toText(isColorful ? terminalPaint : plainPaint);
  const failed = report.results.find(({ status }) => status === 'failed');
  if (failed === undefined) return text;
  const path =
    failed.failure?.path === undefined ? '' : ` --configuration ${failed.configuration} --path ${failed.failure.path}`;
  const again = `glovebox-cache-testkit ${specifier} --only ${failed.id} --seed ${report.seed}${path}`;
  return `${text}One check alone: ${again}\n`;
}

/** Checks with their promises, for people or for programs. */
export function listText(checks: readonly Check[], format: ReportFormat): string {
  if (format === 'json') {
    return `${JSON.stringify(
      checks.map(({ id, group, promise, needs }) => ({ id, group, promise, needs })),
      undefined,
      2,
    )}\n`;
  }
  const width = Math.max(...checks.map(({ id }) => id.length));
  return checks.map(({ id, promise }) => `${id.padEnd(width)}  ${promise}\n`).join('');
}

/** What was asked for decides, then the environment (NO_COLOR, FORCE_COLOR), then whether a terminal shows it. */
export function usesColors({ isColorful }: Arguments, { isTTY }: { isTTY?: boolean }): boolean {
  const { NO_COLOR = '', FORCE_COLOR = '' } = process.env;
  if (isColorful !== undefined) return isColorful;
  if (NO_COLOR !== '') return false;
  return FORCE_COLOR === '' ? isTTY === true : FORCE_COLOR !== '0';
}
