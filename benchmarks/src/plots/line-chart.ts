import { escapeText, line, linearMarks, logScale, markText, round, svg, text } from './svg.js';

/** A line of a chart: its name in the legend, and its points from left to right. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly isDashed?: boolean;
}

export interface LineChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Where the x axis is marked; its scale is logarithmic. */
  readonly xMarks: readonly number[];
  /** Where the y axis, which begins at 0, has to reach. */
  readonly yMax: number;
  readonly series: readonly Series[];
}

const WIDTH = 640;
const HEIGHT = 340;
const LEFT = 64;
const RIGHT = 132;
const TOP = 34;
const BOTTOM = 50;
/** Kinds `line-0` and so on of the page's style. */
const COLOURS = 8;

/** The chart as an `<svg>` element, its colours from the page's style. */
export function lineChart({ title, xLabel, yLabel, xMarks, yMax, series }: LineChart): string {
  const least = Math.min(...xMarks);
  const most = Math.max(...xMarks);
  const isOne = least === most;
  const logX = logScale([least, most], LEFT, WIDTH - RIGHT);
  const x = isOne ? () => LEFT + (WIDTH - LEFT - RIGHT) / 2 : logX;
  const yMarks = linearMarks(yMax);
  const top = yMarks.at(-1) ?? yMax;
  const y = (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const legendY = legendPositions(series, y);
  return svg(WIDTH, HEIGHT, title, series.map(described).join('; '), [
    ...yMarks.flatMap((mark) => [
      line(LEFT, y(mark), WIDTH - RIGHT, y(mark), mark === 0 ? 'axis' : 'grid'),
      text(LEFT - 8, y(mark) + 4, markText(mark), 'end', 'mark'),
    ]),
    ...xMarks.flatMap((mark) => [
      line(x(mark), y(0), x(mark), y(0) + 4, 'axis'),
      text(x(mark), HEIGHT - BOTTOM + 18, mark.toLocaleString('en-US'), 'middle', 'mark'),
    ]),
    text(LEFT + (WIDTH - LEFT - RIGHT) / 2, HEIGHT - 12, xLabel, 'middle', 'mark'),
    text(8, TOP - 16, yLabel, 'start', 'mark'),
    ...series.flatMap((one, index) => drawn(one, index, x, y, legendY[index] ?? TOP)),
  ]);
}

function described({ name, points }: Series): string {
  return `${name}: ${points.map(([x, y]) => `${markText(y)} at ${x.toLocaleString('en-US')}`).join(', ')}`;
}

type Scale = (value: number) => number;

function drawn({ name, points, isDashed }: Series, index: number, x: Scale, y: Scale, labelY: number): string[] {
  const kind = `line-${index % COLOURS}${isDashed === true ? ' dashed' : ''}`;
  const path = points.map(([px, py]) => `${round(x(px))},${round(y(py))}`).join(' ');
  const [lastX, lastY] = points.at(-1) ?? [1, 0];
  return [
    `<polyline points="${path}" class="series ${kind}"/>`,
    ...points.map(([px, py]) => {
      const hint = escapeText(`${name}, ${px.toLocaleString('en-US')}: ${markText(py)}`);
      return `<circle cx="${round(x(px))}" cy="${round(y(py))}" r="3" class="dot ${kind}"><title>${hint}</title></circle>`;
    }),
    line(x(lastX) + 4, y(lastY), WIDTH - RIGHT + 12, labelY, `leader ${kind}`),
    text(WIDTH - RIGHT + 16, labelY + 4, name, 'start', `name ${kind}`),
  ];
}

const LABEL_HEIGHT = 15;

/** Names stand where their lines end, as far as they have room. */
function legendPositions(series: readonly Series[], y: Scale): readonly number[] {
  const ends = series
    .map(({ points }, index) => ({ index, at: y(points.at(-1)?.[1] ?? 0) }))
    .toSorted((a, b) => a.at - b.at);
  const positions: number[] = [];
  let free = TOP;
  const lowest = HEIGHT - BOTTOM;
  for (const [rank, { index, at }] of ends.entries()) {
    // Those below need their room too.
    const last = lowest - LABEL_HEIGHT * (ends.length - 1 - rank);
    const position = Math.min(Math.max(at, free), Math.max(free, last));
    positions[index] = position;
    free = position + LABEL_HEIGHT;
  }
  return positions;
}
