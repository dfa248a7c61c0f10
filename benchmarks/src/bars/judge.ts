import type { Summary } from '../statistics.js';
import type { Bar, Measured } from './bar.js';

/** Of the aim; `near`: the other verdict is within the spread; `as promised`: what is promised instead is kept. */
type Verdict = 'not measured' | 'met' | 'met, near' | `short${'' | ', near'}${'' | ', as promised'}`;

export interface JudgedBar {
  readonly what: string;
  readonly aim: string;
  /** Empty where it is the aim. */
  readonly promise: string;
  readonly measured: Summary | undefined;
  readonly note: string;
  readonly verdict: Verdict;
  readonly unit: Bar['unit'];
}

export function judge(bars: readonly Bar[], measured: Measured): readonly JudgedBar[] {
  return bars.map((bar) => {
    const { what, sense, aim, promise, unit, find } = bar;
    const finding = find(measured);
    const wanted = (value: number) => `${sense} ${value}${unit === 'ms' ? ' ms' : ''}`;
    return {
      what,
      aim: wanted(aim),
      promise: promise === undefined ? '' : wanted(promise),
      measured: finding?.measured,
      note: finding?.note ?? '',
      verdict: finding === undefined ? 'not measured' : verdictOf(bar, finding.measured),
      unit,
    };
  });
}

function verdictOf({ sense, aim, promise }: Bar, { median, spreadPercent }: Summary): Verdict {
  const reaches = (value: number, wanted: number) => (sense === 'at most' ? value <= wanted : value >= wanted);
  const halfRange = (median * spreadPercent) / 100;
  const near = reaches(median - halfRange, aim) !== reaches(median + halfRange, aim) ? ', near' : '';
  if (reaches(median, aim)) return `met${near}`;
  return `short${near}${promise !== undefined && reaches(median, promise) ? ', as promised' : ''}`;
}
