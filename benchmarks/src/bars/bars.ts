import { EVICTION_POLICIES } from '@glovebox/cache-core';
import type { Gives } from '../subject.js';
import { type Bar, fasterThanPeers, figure, type RowName, slowestToReference, toReference, toSubject } from './bar.js';

const fileGet: RowName = { group: 'files', value: '536 B', operation: 'get' };
const fileSet: RowName = { group: 'files', value: '536 B', operation: 'set new' };
const fileBytes: RowName = { group: 'files', value: '1 MB bytes', operation: 'set + get' };
const memoryGet: RowName = { group: 'memory', value: '536 B', operation: 'get' };

/** What the packages are meant to reach. */
export const bars: readonly Bar[] = [
  atMost(1.8, 'cache-fs: get from disk / raw read and parse', fileGet, toReference(fileGet, 'cache-fs, disk')),
  atMost(1.6, 'cache-fs: set of a new key / raw write and rename', fileSet, toReference(fileSet, 'cache-fs')),
  {
    what: 'cache-fs: times faster in get from disk than the fastest peer with files',
    sense: 'at least',
    aim: 15,
    promise: 6,
    unit: '×',
    needs: fileGet,
    find: fasterThanPeers(fileGet, 'cache-fs, disk', hasFileAnEntry),
  },
  {
    what: 'cache-fs: times faster in get of a hot entry than the fastest peer with files',
    sense: 'at least',
    aim: 15,
    promise: 10,
    unit: '×',
    needs: fileGet,
    find: fasterThanPeers(fileGet, 'cache-fs', hasFileAnEntry),
  },
  {
    what: 'cache-fs: times faster in set of a new key than the fastest peer with files',
    sense: 'at least',
    aim: 3,
    promise: 1.5,
    unit: '×',
    needs: fileSet,
    find: fasterThanPeers(fileSet, 'cache-fs', hasFileAnEntry),
  },
  promising(
    2.2,
    atMost(1.2, 'cache-fs: get of a hot entry / lmdb get', fileGet, toSubject(fileGet, 'cache-fs', 'lmdb')),
  ),
  {
    what: 'cache-memory: times faster in get of a clone than the fastest peer that copies',
    sense: 'at least',
    aim: 5,
    unit: '×',
    needs: memoryGet,
    find: fasterThanPeers(memoryGet, 'cache-memory lru clone', ({ isolation }) => isolation.startsWith('copied')),
  },
  promising(
    3.5,
    atMost(
      3,
      'cache-memory: get by reference, slowest policy / lru-cache, awaited',
      memoryGet,
      slowestToReference(memoryGet, (subject) => /^cache-memory .* reference$/.test(subject)),
    ),
  ),
  ...EVICTION_POLICIES.map((policy) => {
    const bar = ofScenario(2, `cache-memory: set, full, ${policy}, 1,000,000 entries / 1,000`, 'full memory', {
      what: `set, ${policy}, 1,000,000 entries`,
    });
    // Under these two a `set` takes longer among a thousand already.
    return policy === 'ttl' || policy === 'w-tinylfu' ? bar : promising(4, bar);
  }),
  ofScenario(1.5, 'cache-fs: get from disk at 100,000 entries / at 1,000', 'many entries', {
    what: 'get, 100,000 entries',
  }),
  ...EVICTION_POLICIES.map((policy) =>
    ofScenario(2.5, `cache-fs: set at the limit, ${policy} / below it`, 'at the limit', {
      what: `set, ${policy} at the limit`,
    }),
  ),
  {
    ...ofScenario(1.7, 'cache-fs: reads of 4 processes / of one', 'processes', { what: 'cache-fs, 4 processes' }),
    sense: 'at least',
    promise: 1.5,
  },
  ...['cache-memory', 'cache-fs'].map((name) =>
    ofScenario(1.2, `${name}: 1,000 getOrSet of a cold key / the factory`, 'stampede', {
      what: `1,000 callers, ${name}`,
    }),
  ),
  promising(30, ofStart(25, 'cache-fs')),
  ofStart(15, 'cache-memory'),
  promising(
    1.8,
    atMost(1.3, 'cache-fs: set and get of 1 MB of bytes / raw', fileBytes, toReference(fileBytes, 'cache-fs')),
  ),
  ofScenario(20, 'cache-fs: delay of the event loop in a cleanup of 100,000, 99 %', 'cleanup', {
    what: 'delay, 99th percentile',
    unit: 'ms',
  }),
];

function hasFileAnEntry({ keeps }: Gives): boolean {
  return keeps === 'a file an entry';
}

function promising(promise: number, bar: Bar): Bar {
  return { ...bar, promise };
}

function ofStart(aim: number, name: string): Bar {
  return ofScenario(aim, `${name}: start to the first get, above bare Node`, 'start', {
    what: `${name}, above it`,
    unit: 'ms',
  });
}

function atMost(aim: number, what: string, needs: RowName, find: Bar['find']): Bar {
  return { what, sense: 'at most', aim, unit: '×', needs, find };
}

function ofScenario(
  aim: number,
  what: string,
  scenario: string,
  { what: line, unit = '×' }: { readonly what: string; readonly unit?: Bar['unit'] },
): Bar {
  const find = figure(scenario, line, unit === '×' ? 'ratio' : 'measured');
  return { what, sense: 'at most', aim, unit, needs: { scenario }, find };
}
