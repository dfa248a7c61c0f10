import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import type { CacheManager, OperationTrace } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { expectEqual, expectRejection, expectThat } from '../expect.js';
import { TRACE_EVENTS, traced } from '../tracing-of.js';

const list = new CheckList('tracing', ['tracing']);
export const tracingChecks = list.checks;

/** What a message says at `asyncEnd`: `get hit a`. */
function lineOf({ operation, outcome, count, key }: OperationTrace): string {
  return [operation, outcome, count, key].filter((part) => part !== undefined).join(' ');
}

/** The ends that a task tells, and a complaint for each operation whose messages are not whole. */
export async function endsOf(task: () => Promise<unknown>): Promise<string[]> {
  const told = new Map<OperationTrace, string[]>();
  const ends: string[] = [];
  await traced((event, message) => {
    told.set(message, [...(told.get(message) ?? []), event]);
    if (event === 'asyncEnd') ends.push(lineOf(message));
  }, task);
  for (const [message, events] of told) {
    const wanted = TRACE_EVENTS.filter((event) => event !== 'error' || message.outcome === 'error');
    expectEqual(`the messages of ${lineOf(message)}, sorted`, events.sort(), [...wanted].sort());
  }
  return ends;
}

list.add('outcomes', 'Each operation tells one start and one end, with its key and its outcome.', async (scene) => {
  const cache = await scene.open();
  const ends = await endsOf(async () => {
    await cache.set('a', 1);
    await cache.get('a');
    await cache.get('b', 'a default');
    await cache.lookup('a');
    await cache.exists('b');
    await cache.getMetadata('a');
    await cache.add('a', 2);
    await cache.touch('a');
    await cache.increment('a', 1);
    await cache.take('a');
    await cache.take('a');
    await cache.set('c', 1);
    await cache.delete('c');
    await cache.delete('c');
    await cache.getStats();
    await cache.cleanup();
    await cache.clear();
  });
  expectEqual('what was told', ends, [
    'set stored a',
    'get hit a',
    'get miss b',
    'lookup hit a',
    'exists miss b',
    'getMetadata hit a',
    'add refused a',
    'touch stored a',
    'increment stored a',
    'take hit a',
    'take miss a',
    'set stored c',
    'delete removed c',
    'delete absent c',
    'getStats done',
    'cleanup done 0',
    'clear done',
  ]);
});

list.add('batches', 'A batch is told as one operation, with how many it found, stored or removed.', async (scene) => {
  const cache = await scene.open();
  const ends = await endsOf(async () => {
    await cache.setMany([
      ['a', 1],
      ['b', 2],
    ]);
    await cache.getMany(['a', 'c']);
    await cache.deleteMany(['a', 'b', 'c']);
  });
  expectEqual('what was told', ends, ['setMany done 2', 'getMany done 1', 'deleteMany done 2']);
});

list.add('rejections', 'An operation that rejects tells the error.', async (scene) => {
  const cache = await scene.open();
  const told: unknown[] = [];
  await traced(
    (event, { operation, outcome, error }) => {
      if (event === 'error') told.push([operation, outcome, Reflect.get(Object(error), 'code')]);
    },
    async () => {
      await expectRejection("set('a', undefined)", 'CACHE_UNSERIALIZABLE', () => cache.set('a', undefined));
      await cache.set('a', 'no number');
      await expectRejection("increment('a')", 'CACHE_WRONG_TYPE', () => cache.increment('a'));
    },
  );
  expectEqual('errors told', told, [
    ['set', 'error', 'CACHE_UNSERIALIZABLE'],
    ['increment', 'error', 'CACHE_WRONG_TYPE'],
  ]);
});

list.add(
  'factories',
  'What is bound to the start of a getOrSet and of its factory is there while the factory runs.',
  async (scene) => {
    const cache = await scene.open();
    const current = new AsyncLocalStorage<string>();
    const starts = ['getOrSet', 'factory', 'get'].map((name) => channel(`tracing:glovebox:cache:${name}:start`));
    const seen: unknown[] = [];
    for (const start of starts) {
      start.bindStore(current, (message) => {
        const { operation, key } = message as OperationTrace;
        return `${current.getStore() ?? ''}/${operation} ${key}`;
      });
    }
    try {
      await cache.getOrSet('a', async () => {
        seen.push(current.getStore());
        return 1;
      });
      await cache.getOrSet('b', async () => {
        await cache.get('a');
        seen.push(current.getStore());
        return 2;
      });
    } finally {
      for (const start of starts) start.unbindStore(current);
    }
    expectEqual('what factories see', seen, ['/getOrSet a/factory a', '/getOrSet b/factory b']);
  },
);

list.add('results', 'Operations give the same whether or not they are traced.', async (scene) => {
  const use = async (cache: CacheManager): Promise<unknown[]> => [
    await cache.set('a', { n: [1] }),
    await cache.get('a'),
    await cache.get('b'),
    await cache.get('b', null),
    await cache.getOrSet('c', () => undefined),
    await cache.getOrSet('c', async () => 'computed'),
    await cache.update('c', (current) => `${current}, and changed`),
    await cache.getMany(['a', 'c', 'd']),
    await cache.take('c'),
    await cache.deleteMany(['a', 'c']),
  ];
  const untraced = await use(await scene.open({}, 'untraced'));
  const cache = await scene.open({}, 'traced');
  expectEqual(
    'results while traced',
    await traced(
      () => {},
      () => use(cache),
    ),
    untraced,
  );
});

list.add('no-values', 'No message holds a value, however it is written down.', async (scene) => {
  const cache = await scene.open();
  const secret = 'hunter2-the-secret';
  const written: string[] = [];
  await traced(
    (_event, message) => written.push(JSON.stringify(message), inspect(message, { depth: null })),
    async () => {
      await cache.set('a', secret);
      await cache.get('a');
      await cache.get('b', secret);
      await cache.lookup('a');
      await cache.getMany(['a']);
      await cache.setMany([['c', secret]]);
      await cache.getOrSet('d', () => secret);
      await cache.update('a', () => `${secret} too`);
      await cache.take('a');
    },
  );
  const leaks = written.filter((text) => text.includes(secret));
  expectThat('messages without the value', leaks.length === 0 && written.length > 0, leaks[0]);
});
