/** A sample of positive measurements in two numbers. */
export interface Summary {
  readonly median: number;
  /** Half of the distance between the quartiles, as a percentage of the median: half of all rounds were within ± this. */
  readonly spreadPercent: number;
}

/** @throws RangeError for no values */
export function summarize(values: readonly number[]): Summary {
  const median = quantile(values, 0.5);
  const halfRange = (quantile(values, 0.75) - quantile(values, 0.25)) / 2;
  return { median, spreadPercent: median === 0 ? 0 : (100 * halfRange) / median };
}

/**
 * The value that the share `part` (0 to 1) of `values` does not exceed, interpolated between neighbours: type 7 of
 * Hyndman and Fan.
 * @throws RangeError for no values
 */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * part;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new RangeError('no values, or a part outside 0 to 1');
  return below + (above - below) * (position - Math.floor(position));
}

/**
 * The ratios of measurements that were made one after the other in the same round: a machine that slows down for a while
 * slows both, and the ratio stays.
 * @throws RangeError when the rounds are not the same
 */
export function pairedRatios(values: readonly number[], references: readonly number[]): readonly number[] {
  return values.map((value, round) => {
    const reference = references[round];
    if (reference === undefined || values.length !== references.length) throw new RangeError('the rounds differ');
    return value / reference;
  });
}
