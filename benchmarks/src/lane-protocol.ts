/** What a process is started with: names, since functions can't be sent. */
export interface LaneStart {
  readonly group: string;
  readonly subject: string;
  readonly kind: string;
  readonly entries: number;
  readonly directory: string;
}

export type LaneRequest =
  | { readonly ask: 'prepare'; readonly operation: string; readonly sampleMs: number; readonly warmUpMs: number }
  | { readonly ask: 'sample' }
  | { readonly ask: 'time each'; readonly count: number; readonly atMostMs: number }
  | { readonly ask: 'close' };

/** Answers come in the order of the requests; the first one tells that the store is open. */
export type LaneAnswer =
  | { readonly numbers: readonly number[] }
  | { readonly error: unknown }
  /** The subject's module can't be had on this machine. */
  | { readonly unavailable: string };

/** @throws Error when nothing has that name */
export function named<T extends { readonly name: string }>(things: readonly T[], name: string): T {
  const found = things.find((thing) => thing.name === name);
  if (found === undefined) throw new Error(`nothing is named ${JSON.stringify(name)}`);
  return found;
}
