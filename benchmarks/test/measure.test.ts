import { expect, it } from 'vitest';
import { named } from '../src/lane-protocol.js';
import { LocalLane, type OpenStore } from '../src/local-lane.js';
import { measureEach, measureRow } from '../src/measure.js';
import { operations } from '../src/operations.js';
import { lruCache } from '../src/subjects/lru.js';

const ROUNDS = 5;

async function openLru(): Promise<OpenStore> {
  const session = await lruCache.open({ directory: '.', holdsBytes: false });
  const value = { title: 'QWERTY' };
  for (const key of ['a', 'b', 'c']) await session.set(key, value);
  return { session, value, storedKeys: ['a', 'b', 'c'], freshKeys: ['d', 'e'] };
}

async function measure(name: string, opened: readonly OpenStore[], budgetMs: number) {
  const lanes = opened.map((store) => new LocalLane(lruCache, store));
  return measureRow(named(operations, name), lanes, ROUNDS, budgetMs);
}

it.each(operations)('$name: every subject gets the same rounds, and the stores stay as they were', async ({ name }) => {
  const opened = [await openLru(), await openLru()];
  const measured = await measure(name, opened, Number.EPSILON);
  expect(measured.map(({ nanoseconds }) => nanoseconds.length)).toEqual([3, 3]);
  for (const nanoseconds of measured.flatMap((one) => one.nanoseconds)) expect(nanoseconds).toBeGreaterThan(0);
  for (const { session, storedKeys, freshKeys, value } of opened) {
    for (const key of storedKeys) expect(session.get(key)).toBe(value);
    for (const key of freshKeys) expect(session.get(key)).toBeUndefined();
  }
});

it('takes all rounds when there is time', async () => {
  const [measured] = await measure('get', [await openLru()], 2_000);
  expect(measured?.nanoseconds).toHaveLength(ROUNDS);
});

it('subjects take turns, each with its own store', async () => {
  const [first, second] = [await openLru(), await openLru()];
  const order: string[] = [];
  const noting = (name: string, { session, ...rest }: OpenStore): OpenStore => ({
    ...rest,
    session: {
      ...session,
      get: (key) => {
        if (order.at(-1) !== name) order.push(name);
        return session.get(key);
      },
    },
  });
  await measure('get', [noting('first', first), noting('second', second)], Number.EPSILON);
  // Warmed one after the other; then three rounds, another one beginning each.
  expect(order).toEqual(['first', 'second', 'first', 'second', 'first', 'second']);
});

it('throws when a subject that passed the check goes wrong under load', async () => {
  const { session, ...rest } = await openLru();
  let calls = 0;
  const forgetful = {
    ...rest,
    session: { ...session, get: (key: string) => (calls++ > 50 ? undefined : session.get(key)) },
  };
  await expect(measure('get', [forgetful], 100)).rejects.toThrow('lru-cache: get went wrong');
});

it('few operations a round go through all keys, round by round', async () => {
  const { session, ...rest } = await openLru();
  const keys: string[] = [];
  const slow = {
    ...rest,
    session: {
      ...session,
      get: (key: string) => {
        keys.push(key);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
        return session.get(key);
      },
    },
  };
  const [measured] = await measure('get', [slow], Number.EPSILON);
  expect(measured?.operationsPerRound).toBe(1);
  expect(keys).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
});

it('an interruption during the warm-up is not taken for a slow operation', async () => {
  const { session, ...rest } = await openLru();
  let calls = 0;
  const interrupted = {
    ...rest,
    session: {
      ...session,
      get: (key: string) => {
        if (calls++ === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
        return session.get(key);
      },
    },
  };
  const [measured] = await measure('get', [interrupted], 20);
  expect(measured?.operationsPerRound).toBeGreaterThan(100);
});

it('single operations are timed by turns, and what they leave is removed', async () => {
  const stores = [await openLru(), await openLru()];
  const lanes = stores.map((store) => new LocalLane(lruCache, store));
  for (const lane of lanes) await lane.prepare(named(operations, 'set new'), 0.1, 0);
  const times = await measureEach(lanes, 3, 2, 1_000);
  expect(times.map(({ nanoseconds }) => nanoseconds.length)).toEqual([6, 6]);
  for (const { session, freshKeys } of stores) for (const key of freshKeys) expect(session.get(key)).toBeUndefined();
});

it('a slow subject is timed no longer than others', async () => {
  const { session, ...rest } = await openLru();
  const slow = {
    ...rest,
    session: {
      ...session,
      get: (key: string) => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3);
        return session.get(key);
      },
    },
  };
  const lane = new LocalLane(lruCache, slow);
  await lane.prepare(named(operations, 'get'), 0.1, 0);
  const times = await lane.timeEach(3, 2);
  expect(times).toHaveLength(1);
  expect(times[0]).toBeGreaterThanOrEqual(2.9e6);
});

it('a single operation that goes wrong is not timed in silence', async () => {
  const { session, ...rest } = await openLru();
  const lane = new LocalLane(lruCache, { ...rest, session });
  await lane.prepare(named(operations, 'get'), 0.1, 0);
  await session.delete('b');
  await expect(lane.timeEach(3, 1_000)).rejects.toThrow('lru-cache: get went wrong');
});
