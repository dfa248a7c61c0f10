/** The counters that a right cache has in common with the model to the last one. */
export interface Counts {
  hitCount: number;
  missCount: number;
  setCount: number;
  deleteCount: number;
  evictionCount: number;
  errorCount: number;
}

export const NOTHING_COUNTED: Readonly<Counts> = {
  hitCount: 0,
  missCount: 0,
  setCount: 0,
  deleteCount: 0,
  evictionCount: 0,
  errorCount: 0,
};

export interface Range {
  readonly least: number;
  readonly most: number;
}

/** What was seen of the choices that a cache has. */
export interface Seen {
  /** Entries that were held though they had expired or were invalidated. */
  readonly held: number;
  /**
   * Those that were replaced, deleted, cleared or removed as invalidated before they were counted as expired. A range, since
   * it can't be told whether what is held has expired or was invalidated.
   */
  readonly displaced: Range;
  readonly expiredCount: number;
  /** `undefined` before the first look. */
  readonly lastUpdatedAt: number | undefined;
  readonly counts: Readonly<Counts>;
}

export const NOTHING_SEEN: Seen = {
  held: 0,
  displaced: { least: 0, most: 0 },
  expiredCount: 0,
  lastUpdatedAt: undefined,
  counts: NOTHING_COUNTED,
};
