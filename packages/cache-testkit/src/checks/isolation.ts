import { CheckList } from '../check.js';
import { expectEqual, expectThat } from '../expect.js';
import { Words } from '../show.js';

const list = new CheckList('isolation');
export const isolationChecks = list.checks;

const COPIES = { needs: ['copies'] } as const;

interface Sample {
  list: number[];
  nested: { deep: { text: string } };
  map: Map<string, { count: number }>;
  set: Set<number>;
  date: Date;
  bytes: Uint8Array;
  buffer: Buffer;
}

function sample(): Sample {
  return {
    list: [1, 2],
    nested: { deep: { text: 'before' } },
    map: new Map([['a', { count: 1 }]]),
    set: new Set([1]),
    date: new Date(1_000),
    bytes: new Uint8Array([1, 2]),
    buffer: Buffer.from('ab'),
  };
}

const MUTATIONS: readonly ((value: Sample) => void)[] = [
  (value) => value.list.push(3),
  (value) => {
    value.list[0] = 9;
  },
  (value) => {
    value.nested.deep.text = 'after';
  },
  (value) => {
    value.nested = { deep: { text: 'other' } };
  },
  (value) => {
    value.map.set('b', { count: 2 });
  },
  (value) => {
    const entry = value.map.get('a');
    if (entry !== undefined) entry.count = 9;
  },
  (value) => {
    value.set.add(2);
  },
  (value) => {
    value.date.setTime(5);
  },
  (value) => {
    value.bytes[0] = 9;
  },
  (value) => {
    value.buffer.write('x');
  },
  (value) => {
    Reflect.deleteProperty(value, 'list');
  },
];

/** Does everything to the value that a caller could; a frozen part refuses. */
function mutate(value: Sample): void {
  for (const mutation of MUTATIONS) {
    try {
      mutation(value);
    } catch {}
  }
}

/** A frozen part refuses. */
function changeEach(records: { at: number[]; note: unknown }[]): void {
  try {
    for (const record of records) {
      record.at.push(9);
      if (typeof record.note === 'object' && record.note !== null) Reflect.set(record.note, 'text', 'after');
      record.note = 'after';
    }
    records.pop();
  } catch {}
}

list.add(
  'after-set',
  'What the caller does to a value after set changes nothing in the cache.',
  async (scene) => {
    const cache = await scene.open();
    const value = sample();
    await cache.set('key', value);
    mutate(value);
    expectEqual("get('key')", await cache.get('key'), sample());
  },
  COPIES,
);

list.add(
  'while-set',
  'What the caller does to a value while set is under way changes nothing in the cache.',
  async (scene) => {
    const cache = await scene.open();
    const value = sample();
    const storing = cache.set('key', value);
    mutate(value);
    await storing;
    expectEqual("get('key')", await cache.get('key'), sample());
  },
  COPIES,
);

list.add(
  'callers-value-untouched',
  "The caller's value stays as it was: neither changed nor frozen.",
  async (scene) => {
    const cache = await scene.open();
    const value = sample();
    await cache.set('key', value);
    await cache.get('key');
    expectEqual('the value given to set', value, sample());
    const isFrozen = Object.isFrozen(value) || Object.isFrozen(value.list) || Object.isFrozen(value.nested.deep);
    expectEqual('whether it was frozen', isFrozen, false);
  },
  COPIES,
);

list.add(
  'after-get',
  'What the caller does to a result of get or lookup changes nothing in the cache.',
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', sample());
    for (let round = 0; round < 2; round++) {
      const value = await cache.get<Sample>('key');
      if (value !== undefined) mutate(value);
      expectEqual("get('key') after a result of get was changed", await cache.get('key'), sample());
      const found = await cache.lookup<Sample>('key');
      if (found.hit) mutate(found.value);
      expectEqual("get('key') after a result of lookup was changed", await cache.get('key'), sample());
    }
  },
  COPIES,
);

list.add(
  'after-get-many',
  'What the caller does to the results of getMany changes nothing in the cache.',
  async (scene) => {
    const cache = await scene.open();
    await cache.setMany([
      ['a', sample()],
      ['b', sample()],
    ]);
    const found = await cache.getMany<Sample>(['a', 'b']);
    for (const value of found.values()) mutate(value);
    found.clear();
    expectEqual('getMany()', [...(await cache.getMany(['a', 'b'])).values()], [sample(), sample()]);
  },
  COPIES,
);

list.add(
  'after-set-many',
  'What the caller does to values after setMany changes nothing in the cache.',
  async (scene) => {
    const cache = await scene.open();
    const value = sample();
    await cache.setMany([
      ['a', value],
      ['b', value],
    ]);
    mutate(value);
    expectEqual('getMany()', [...(await cache.getMany(['a', 'b'])).values()], [sample(), sample()]);
  },
  COPIES,
);

list.add(
  'after-get-or-set',
  'What a caller of getOrSet does to its result changes nothing in the cache.',
  async (scene) => {
    const cache = await scene.open();
    const computed = await cache.getOrSet('key', sample);
    mutate(computed);
    expectEqual("get('key') after the computed value was changed", await cache.get('key'), sample());
    mutate(await cache.getOrSet('key', sample));
    expectEqual("get('key') after the value found was changed", await cache.get('key'), sample());
  },
  COPIES,
);

list.add(
  'of-waiters',
  'Callers that share a run of getOrSet do not share its value.',
  async (scene) => {
    const cache = await scene.open();
    const values = await Promise.all([1, 2, 3, 4, 5].map(() => cache.getOrSet('key', async () => sample())));
    for (const [index, value] of values.entries()) {
      expectEqual(`what caller ${index + 1} got, after those before changed their own`, value, sample());
      mutate(value);
    }
  },
  COPIES,
);

list.add(
  'of-keys',
  'One value stored under two keys is two values.',
  async (scene) => {
    const cache = await scene.open();
    const value = sample();
    await cache.set('a', value);
    await cache.set('b', value);
    const found = await cache.get<Sample>('a');
    if (found !== undefined) mutate(found);
    expectEqual("get('b') after the value of 'a' was changed", await cache.get('b'), sample());
  },
  COPIES,
);

list.add(
  'fresh',
  'Every read gives an object of its own.',
  async (scene) => {
    const cache = await scene.open();
    const value = { nested: { list: [1] }, bytes: new Uint8Array([1]) };
    await cache.set('key', value);
    const first = await cache.get<typeof value>('key');
    const second = await cache.get<typeof value>('key');
    const shares = (a: typeof value | undefined, b: typeof value | undefined) =>
      a === b || a?.nested === b?.nested || a?.nested.list === b?.nested.list || a?.bytes.buffer === b?.bytes.buffer;
    expectThat('two reads that share no object', !shares(first, second), new Words('a shared object'));
    expectThat('a read that shares no object with the value set', !shares(first, value), new Words('a shared object'));
  },
  { needs: ['clones'] },
);

list.add(
  'many-reads',
  "What is read a hundred times comes back equal each time, and is the reader's own.",
  async (scene) => {
    const cache = await scene.open();
    const values = {
      different: () => sample(),
      alike: () => [
        { at: [1.5, 2], note: null },
        { at: [], note: { text: 'before' } },
        { at: [3], note: 'x' },
      ],
    };
    for (const [key, make] of Object.entries(values)) await cache.set(key, make());
    for (let round = 0; round < 100; round++) {
      for (const [key, make] of Object.entries(values)) {
        const value = await cache.get(key);
        expectEqual(`get('${key}') after ${round} results were changed`, value, make());
        if (key === 'different') mutate(value as Sample);
        else changeEach(value as { at: number[]; note: unknown }[]);
      }
    }
  },
  COPIES,
);

list.add(
  'bytes-share-no-memory',
  'Bytes that are read share no memory with the cache or with other reads.',
  async (scene) => {
    const cache = await scene.open();
    for (const value of [new Uint8Array([1, 2, 3]), Buffer.from([1, 2, 3])]) {
      await cache.set('key', value);
      value[0] = 9;
      const first = await cache.get<Uint8Array>('key');
      expectEqual('the first byte after the caller changed its own', first?.[0], 1);
      if (first !== undefined) first[0] = 9;
      expectEqual('the first byte after a reader changed its own', (await cache.get<Uint8Array>('key'))?.[0], 1);
    }
  },
  COPIES,
);

list.add(
  'frozen',
  "With isolation 'freeze', plain objects and arrays are given out deeply frozen.",
  async (scene) => {
    const cache = await scene.open();
    await cache.set('key', { list: [{ a: 1 }] });
    const value = await cache.get<{ list: { a: number }[] }>('key');
    const isFrozen = Object.isFrozen(value) && Object.isFrozen(value?.list) && Object.isFrozen(value?.list[0]);
    expectThat('a value frozen at every level', isFrozen, value);
  },
  { needs: ['freezes'] },
);

list.add(
  'reference',
  "With isolation 'reference', the stored object itself is given out.",
  async (scene) => {
    const cache = await scene.open();
    const value = { a: 1 };
    await cache.set('key', value);
    expectThat(
      'the very object that was set',
      (await cache.get('key')) === value,
      new Words('another object, though an equal one'),
    );
  },
  { needs: ['references'] },
);
