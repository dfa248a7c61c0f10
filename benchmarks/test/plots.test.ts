import { describe, expect, it } from 'vitest';
import { barChart } from '../src/plots/bar-chart.js';
import { lineChart } from '../src/plots/line-chart.js';
import { rangeChart } from '../src/plots/range-chart.js';
import { linearMarks, logScale, powersOfTen } from '../src/plots/svg.js';

const numbers = (svg: string, pattern: RegExp) => [...svg.matchAll(pattern)].map((match) => match.slice(1).map(Number));
const BAR = /<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g;

describe('axes', () => {
  it.each([
    [0.3, 45, [0.1, 1, 10, 100]],
    [1, 10, [1, 10]],
    [7, 8, [1, 10]],
    [10, 10, [10, 100]],
  ])('powers of ten around %d and %d', (least, most, marks) => {
    const found = powersOfTen(least, most);
    expect(found).toHaveLength(marks.length);
    for (const [index, mark] of marks.entries()) expect(found[index]).toBeCloseTo(mark);
  });

  it.each([
    [100, [0, 20, 40, 60, 80, 100]],
    [7, [0, 2, 4, 6, 8]],
    [0.9, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0, [0, 1]],
  ])('linear marks up to %d', (most, marks) => {
    const found = linearMarks(most);
    expect(found).toHaveLength(marks.length);
    for (const [index, mark] of marks.entries()) expect(found[index]).toBeCloseTo(mark);
  });

  it('ten times is as far anywhere on a logarithmic axis', () => {
    const x = logScale([1, 10, 100], 200, 400);
    expect([1, 10, 100].map(x)).toEqual([200, 300, 400]);
  });
});

it('bars are as long as their values are on the axis, in their order', () => {
  const svg = barChart('Get', 'µs', [
    { name: 'ours', value: 1, label: '1 µs', kind: 'ours' },
    { name: 'a <peer>', value: 10, label: '10 µs', kind: 'peer' },
    { name: 'slow', value: 100, label: '100 µs', kind: 'peer' },
  ]);
  const [[left = 0] = [], [, ten = 0] = [], [, hundred = 0] = []] = numbers(svg, BAR);
  expect(left).toBeGreaterThan(0);
  expect(hundred).toBeCloseTo(2 * ten, 0);
  expect(svg).toContain('<title>Get</title>');
  expect(svg).toContain('ours: 1 µs; a &lt;peer&gt;: 10 µs; slow: 100 µs</desc>');
  expect(svg).not.toContain('<peer>');
});

it('a range shows its percentiles where the axis has them', () => {
  const svg = rangeChart('Distribution', 'µs', [
    { name: 'ours', kind: 'ours', values: [1, 10, 10, 100, 1_000, 10_000], hint: 'ours: median 10' },
  ]);
  const [[lineStart = 0, lineEnd = 0] = []] = numbers(
    svg,
    /x1="([\d.]+)" y1="[\d.]+" x2="([\d.]+)" y2="[\d.]+" class="whisker/g,
  );
  const [[boxStart = 0, boxWidth = 0] = []] = numbers(svg, BAR);
  const [[dot = 0] = []] = numbers(svg, /<circle cx="([\d.]+)"/g);
  const step = boxWidth;
  expect(boxStart - lineStart).toBeCloseTo(step, 0);
  expect(lineEnd - boxStart).toBeCloseTo(2 * step, 0);
  expect(dot - boxStart).toBeCloseTo(3 * step, 0);
});

describe('lines', () => {
  const chart = (points: readonly (readonly [number, number])[]) =>
    lineChart({
      title: 'Reads',
      xLabel: 'processes',
      yLabel: 'reads',
      xMarks: [...new Set(points.map(([x]) => x))],
      yMax: 100,
      series: [{ name: 'ours', points }],
    });

  it('go through their points', () => {
    const svg = chart([
      [1, 0],
      [10, 50],
      [100, 100],
    ]);
    const dots = numbers(svg, /<circle cx="([\d.]+)" cy="([\d.]+)"/g);
    const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = dots;
    expect(x1 - x0).toBeCloseTo(x2 - x1, 0);
    expect(y0 - y1).toBeCloseTo(y1 - y2, 0);
    expect(y2).toBeLessThan(y0);
    expect(svg).toContain('ours: 0 at 1, 50 at 10, 100 at 100</desc>');
  });

  it('of one point stand in the middle', () => {
    const svg = chart([[7, 50]]);
    expect(svg).not.toContain('NaN');
    expect(numbers(svg, /<circle cx="([\d.]+)"/g)).toHaveLength(1);
  });

  it('that end at the same height have names that do not overlap', () => {
    const series = Array.from({ length: 7 }, (_, index) => ({
      name: `line ${index}`,
      points: [[1, 5] as const, [2, 5] as const],
    }));
    const svg = lineChart({ title: '', xLabel: '', yLabel: '', xMarks: [1, 2], yMax: 100, series });
    const heights = numbers(svg, /y="([\d.]+)" text-anchor="start" class="name/g)
      .flat()
      .toSorted((a, b) => a - b);
    expect(heights).toHaveLength(7);
    for (const [index, height] of heights.entries()) {
      if (index > 0) expect(height - (heights[index - 1] ?? 0)).toBeGreaterThanOrEqual(14.9);
    }
  });
});
