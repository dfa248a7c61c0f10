import type fc from 'fast-check';
import type { Command, DraftOptions, Operation } from './command.js';
import {
  computations,
  type Draw,
  drafts,
  drawnKey,
  GRACES,
  invalidations,
  streams,
  type Weighted,
  weighted,
  writes,
} from './draw-operations.js';

/** Commands that are drawn together: one, for the most part. */
export type Part = readonly Command[];

/** To the millisecond where a time to live ends, one before, and far behind all of them. */
export const STEPS: readonly number[] = [1_000, 1, 999, 500, 2_500, 5_000, 60_000];
/** Shorter than most times to live: what reads extend is to be alive still. */
const SHORT_STEPS: readonly number[] = [500, 1, 999, 2_500];

/** What hardly comes about by chance, each as often as its weight. */
export function stories(draw: Draw, operation: fc.Arbitrary<Operation>): Weighted<Part>[] {
  const sliding = draw.options.filter((options) => options.sliding === true);
  const tagged = draw.options.filter(({ tags }) => tags !== undefined);
  const others = [
    weighted(1, invalidated(draw, tagged, operation)),
    weighted(1, streamed(draw, operation)),
    ...(sliding.length === 0 ? [] : [weighted(2, slid(draw, sliding, operation))]),
  ];
  // Seldom enough, all together, for sequences to stay about as long as they would be without them.
  return [weighted(4, expiries(draw, operation)), weighted(3, draw.fc.oneof(...others))];
}

/** An entry, with a grace or not, expires, and its key is asked for again. */
function expiries(draw: Draw, operation: fc.Arbitrary<Operation>): fc.Arbitrary<Part> {
  const { fc } = draw;
  const { set, add, update, increment, touch } = writes(draw);
  const compute = computations(draw, GRACES);
  const time = times(draw);
  const look = fc.constantFrom('exists', 'lookup', 'getMetadata', 'delete');
  const cleanup = fc.constant<Command>({ op: 'cleanup' });
  return fc
    .record({
      first: fc.oneof(
        compute.map((drawn): Operation => ({ ...drawn, plan: 'returns' })),
        set,
      ),
      changes: fc.array(fc.oneof(set, update, touch), { maxLength: 1 }),
      step: time,
      between: fc.array(fc.oneof(operation, look, look, cleanup, time, invalidations(draw)), { maxLength: 3 }),
      again: fc.oneof(compute, compute, add, update, increment, touch),
      key: drawnKey(draw),
    })
    .map(({ first, changes, step, between, again, key }): Part => {
      const all = [first, ...changes, step, ...between, again];
      return all.map((drawn) => ofKey(typeof drawn === 'string' ? { op: drawn, key } : drawn, key));
    });
}

/** An entry with tags, expired or not, is invalidated, and its key is asked for again. */
function invalidated(
  draw: Draw,
  tagged: readonly DraftOptions[],
  operation: fc.Arbitrary<Operation>,
): fc.Arbitrary<Part> {
  const { fc } = draw;
  const { set, add, update, increment, touch } = writes(draw);
  const compute = computations(draw, GRACES);
  return fc
    .record({
      options: fc.constantFrom(...tagged),
      first: stored(draw),
      steps: fc.array(times(draw), { maxLength: 1 }),
      again: fc.array(fc.oneof(compute, compute, set, add, update, increment, touch, operation), {
        minLength: 1,
        maxLength: 2,
      }),
      key: drawnKey(draw),
    })
    .map(({ first, options, steps, again, key }): Part => {
      const invalidation: Command = { op: 'invalidateTags', tags: options.tags ?? [] };
      return [{ ...first, options }, ...steps, invalidation, ...again].map((drawn) => ofKey(drawn, key));
    });
}

/** An entry that reads extend is read, or changed, and read again before it has expired, for the most part. */
function slid(draw: Draw, sliding: readonly DraftOptions[], operation: fc.Arbitrary<Operation>): fc.Arbitrary<Part> {
  const { fc } = draw;
  const { update, touch } = writes(draw);
  const read = fc.record({ op: fc.constantFrom('get', 'lookup', 'exists'), key: drawnKey(draw) });
  const time = times(draw, SHORT_STEPS);
  const change = fc.oneof(
    update.map((drawn): Operation => ({ ...drawn, plan: 'returns' })),
    touch,
  );
  return fc
    .record({
      options: fc.constantFrom(...sliding),
      first: stored(draw),
      between: fc.array(fc.oneof(time, read, computations(draw, GRACES), operation), { maxLength: 2 }),
      changes: fc.array(change, { maxLength: 1 }),
      step: time,
      again: fc.oneof(read, read, computations(draw, GRACES)),
      key: drawnKey(draw),
    })
    .map(({ first, options, between, changes, step, again, key }): Part => {
      return [{ ...first, options }, ...between, ...changes, step, again].map((drawn) => ofKey(drawn, key));
    });
}

/** A stream is stored, and read as one, perhaps twice. */
function streamed(draw: Draw, operation: fc.Arbitrary<Operation>): fc.Arbitrary<Part> {
  const { fc } = draw;
  return fc
    .record({
      first: streams(draw),
      between: fc.array(fc.oneof(operation, times(draw)), { maxLength: 1 }),
      reads: fc.array(fc.constantFrom('getStream' as const, 'get' as const), { minLength: 1, maxLength: 2 }),
      key: drawnKey(draw),
    })
    .map(({ first, between, reads, key }): Part => {
      return [first, ...between, ...reads.map((op): Command => ({ op, key }))].map((drawn) => ofKey(drawn, key));
    });
}

/** Something that stores an entry, or finds one. */
function stored(draw: Draw) {
  return draw.fc.oneof(
    computations(draw, GRACES).map((drawn) => ({ ...drawn, plan: 'returns' as const })),
    drafts(draw).map((draft) => ({ op: 'set' as const, ...draft })),
  );
}

function times({ fc }: Draw, steps = STEPS): fc.Arbitrary<Command> {
  return fc.constantFrom(...steps).map((milliseconds) => ({ op: 'advance', milliseconds }));
}

function ofKey(drawn: Command, key: string): Command {
  return 'key' in drawn ? { ...drawn, key } : drawn;
}
