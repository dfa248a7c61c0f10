import type { BarItem } from './bar-chart.js';
import { line, logScale, markText, powersOfTen, rectangle, svg, text } from './svg.js';

export interface RangeItem {
  readonly name: string;
  readonly kind: BarItem['kind'];
  /** From the left: where the thin line begins, the box, the median in it, the box's end, the line's, and the last dot. */
  readonly values: readonly [number, number, number, number, number, number];
  readonly hint: string;
}

const WIDTH = 700;
const LEFT = 240;
const RIGHT = 40;
const TOP = 12;
const ROW = 22;
const BOX = 10;
const BOTTOM = 40;

/** A row for each item, on a logarithmic axis: a line, a box in it, a stroke in that, and a dot behind. */
export function rangeChart(title: string, axis: string, items: readonly RangeItem[]): string {
  const values = items.flatMap((item) => item.values);
  const marks = powersOfTen(Math.min(...values), Math.max(...values));
  const bottom = TOP + ROW * items.length;
  const x = logScale(marks, LEFT, WIDTH - RIGHT);
  return svg(WIDTH, bottom + BOTTOM, title, items.map(({ hint }) => hint).join('; '), [
    ...marks.flatMap((mark) => [
      line(x(mark), TOP, x(mark), bottom, 'grid'),
      text(x(mark), bottom + 16, markText(mark), 'middle', 'mark'),
    ]),
    text((LEFT + WIDTH - RIGHT) / 2, bottom + 34, axis, 'middle', 'mark'),
    ...items.flatMap(({ name, kind, values: [start, boxStart, middle, boxEnd, end, last], hint }, index) => {
      const y = TOP + ROW * index + ROW / 2;
      return [
        text(LEFT - 8, y + 4, name, 'end', kind),
        line(x(start), y, x(end), y, `whisker ${kind}`),
        rectangle(x(boxStart), y - BOX / 2, Math.max(2, x(boxEnd) - x(boxStart)), BOX, `bar ${kind}`, hint),
        line(x(middle), y - BOX / 2 - 2, x(middle), y + BOX / 2 + 2, 'middle'),
        `<circle cx="${x(last).toFixed(1)}" cy="${y}" r="2.5" class="bar ${kind}"/>`,
      ];
    }),
  ]);
}
