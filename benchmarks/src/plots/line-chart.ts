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
  readonly yMax: number;
  readonly series: readonly Series[];
}

const WIDTH = 640;
const HEIGHT = 360;
const LEFT = 60;
const RIGHT = 150;
const TOP = 40;
const BOTTOM = 50;
/** Colours that people with any sight tell apart (M. Okabe, K. Ito: "Color Universal Design", 2008). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#7f7f7f'];
const Y_MARKS = 5;

/** The chart as an `<svg>` element. */
export function lineChart({ title, xLabel, yLabel, xMarks, yMax, series }: LineChart): string {
  const first = Math.log(Math.min(...xMarks));
  const last = Math.log(Math.max(...xMarks));
  const x = (value: number) =>
    LEFT + (last === first ? 0.5 : (Math.log(value) - first) / (last - first)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => HEIGHT - BOTTOM - (value / yMax) * (HEIGHT - TOP - BOTTOM);
  const yMarks = Array.from({ length: Y_MARKS + 1 }, (_, mark) => (yMax * mark) / Y_MARKS);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(title)}" font-size="12" font-family="sans-serif">`,
    text(WIDTH / 2, 20, title, 'middle', 15),
    ...yMarks.flatMap((mark) => [
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(mark))}" y2="${round(y(mark))}" stroke="#ddd"/>`,
      text(LEFT - 8, y(mark) + 4, round(mark), 'end'),
    ]),
    ...xMarks.map((mark) => text(x(mark), HEIGHT - BOTTOM + 18, mark.toLocaleString('en-US'), 'middle')),
    text(LEFT + (WIDTH - LEFT - RIGHT) / 2, HEIGHT - 12, xLabel, 'middle'),
    text(LEFT - 45, TOP - 14, yLabel, 'start'),
    ...series.flatMap((line, index) => drawn(line, index, x, y)),
    '</svg>',
  ].join('\n');
}

function drawn({ name, points, isDashed }: Series, index: number, x: Scale, y: Scale): string[] {
  const colour = COLOURS[index % COLOURS.length] ?? '#000000';
  const path = points.map(([px, py]) => `${round(x(px))},${round(y(py))}`).join(' ');
  const dashes = isDashed === true ? ' stroke-dasharray="6 4"' : '';
  const legendY = TOP + 10 + 20 * index;
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dashes}/>`,
    `<line x1="${WIDTH - RIGHT + 15}" x2="${WIDTH - RIGHT + 40}" y1="${legendY}" y2="${legendY}" stroke="${colour}" stroke-width="2"${dashes}/>`,
    text(WIDTH - RIGHT + 46, legendY + 4, name, 'start'),
  ];
}

type Scale = (value: number) => number;

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end', size?: number): string {
  const fontSize = size === undefined ? '' : ` font-size="${size}"`;
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${fontSize}>${escapeText(content)}</text>`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

export function escapeText(content: string): string {
  return content.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
