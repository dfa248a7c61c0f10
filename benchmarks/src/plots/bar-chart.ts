import { line, logScale, markText, powersOfTen, rectangle, svg, text } from './svg.js';

export interface BarItem {
  readonly name: string;
  readonly value: number;
  /** Shown at the bar's end. */
  readonly label: string;
  /** Ours stand out; what the ratios refer to is told apart from the peers. */
  readonly kind: 'ours' | 'reference' | 'peer';
}

const WIDTH = 700;
const LEFT = 240;
const RIGHT = 90;
const TOP = 12;
const ROW = 22;
const BAR = 14;
const BOTTOM = 40;

/** Bars from the top down, on a logarithmic axis: caches differ by thousands of times. */
export function barChart(title: string, axis: string, items: readonly BarItem[]): string {
  const values = items.map(({ value }) => value);
  const marks = powersOfTen(Math.min(...values), Math.max(...values));
  const bottom = TOP + ROW * items.length;
  const x = logScale(marks, LEFT, WIDTH - RIGHT);
  const description = items.map(({ name, label }) => `${name}: ${label}`).join('; ');
  return svg(WIDTH, bottom + BOTTOM, title, description, [
    ...marks.flatMap((mark) => [
      line(x(mark), TOP, x(mark), bottom, 'grid'),
      text(x(mark), bottom + 16, markText(mark), 'middle', 'mark'),
    ]),
    text((LEFT + WIDTH - RIGHT) / 2, bottom + 34, axis, 'middle', 'mark'),
    ...items.flatMap(({ name, value, label, kind }, index) => {
      const y = TOP + ROW * index;
      const end = Math.max(x(value), LEFT + 1);
      return [
        text(LEFT - 8, y + 15, name, 'end', kind),
        rectangle(LEFT, y + (ROW - BAR) / 2, end - LEFT, BAR, `bar ${kind}`, `${name}: ${label}`),
        text(end + 6, y + 15, label, 'start', 'mark'),
      ];
    }),
  ]);
}
