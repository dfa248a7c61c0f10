import type { Summary } from '../statistics.js';
import type { Bar, Measured } from './bar.js';

/** `near`: the other verdict is within the spread. */
type Verdict = 'met' | 'met, near' | 'short, near' | 'short' | 'not measured';

export interface JudgedBar {
  readonly what: string;
  readonly aim: string;
  readonly measured: Summary | undefined;
  readonly note: string;
  readonly verdict: Verdict;
  readonly unit: Bar['unit'];
}

export function judge(bars: readonly Bar[], measured: Measured): readonly JudgedBar[] {
  return bars.map((bar) => {
    const { what, sense, aim, unit, find } = bar;
    const finding = find(measured);
    return {
      what,
      aim: `${sense} ${aim}${unit === 'ms' ? ' ms' : ''}`,
      measured: finding?.measured,
      note: finding?.note ?? '',
      verdict: finding === undefined ? 'not measured' : verdictOf(bar, finding.measured),
      unit,
    };
  });
}

function verdictOf({ sense, aim }: Bar, { median, spreadPercent }: Summary): Verdict {
  const isMet = (value: number) => (sense === 'at most' ? value <= aim : value >= aim);
  const halfRange = (median * spreadPercent) / 100;
  const isNear = isMet(median - halfRange) !== isMet(median + halfRange);
  const verdict = isMet(median) ? 'met' : 'short';
  return isNear ? `${verdict}, near` : verdict;
}
