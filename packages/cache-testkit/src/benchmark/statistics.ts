/** Measurements of one thing in two numbers. */
export interface Spread {
  readonly median: number;
  /** Half of the distance between the quartiles, in percent of the median. */
  readonly spreadPercent: number;
}

/** How long single operations took, in microseconds. */
export interface Latency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  /** Operations that were timed one by one. */
  readonly samples: number;
}

/** @throws RangeError for no values */
export function medianOf(values: readonly number[]): number {
  return quantile(ascending(values), 0.5);
}

/** @throws RangeError for no values */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = ascending(values);
  const median = quantile(sorted, 0.5);
  const halfRange = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2;
  return { median, spreadPercent: median === 0 ? 0 : (100 * halfRange) / median };
}

/** @throws RangeError for no values */
export function latencyOf(microseconds: readonly number[]): Latency {
  const sorted = ascending(microseconds);
  return {
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p99: quantile(sorted, 0.99),
    max: quantile(sorted, 1),
    samples: sorted.length,
  };
}

function ascending(values: readonly number[]): readonly number[] {
  return [...values].sort((a, b) => a - b);
}

/** Interpolated between neighbours: type 7 of Hyndman and Fan. */
function quantile(sorted: readonly number[], part: number): number {
  const position = (sorted.length - 1) * part;
  const [below, above] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  if (below === undefined || above === undefined) throw new RangeError('no values to summarize');
  return below + (above - below) * (position - Math.floor(position));
}
