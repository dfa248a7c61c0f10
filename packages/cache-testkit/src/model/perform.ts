import { inspect } from 'node:util';
import {
  type CacheManager,
  type FactoryContext,
  isCacheError,
  type ListOptions,
  type SetOptions,
} from '@glovebox/cache-core';
import { collect } from '../checks/helpers.js';
import { readAll } from '../checks/stream-helpers.js';
import { show } from '../show.js';
import type { Answered, CommandOf, Draft, Mistake } from './command.js';
import { byKey, DEFAULT_VALUE, FUNCTION_FAULT } from './contract.js';
import { KEYS } from './draw-operations.js';

/** What is asked of a cache or of a namespace: restarts are not. */
type Request = Exclude<Answered, { readonly op: 'reopen' }>;

/**
 * What the command brings, as plain data.
 * @param cache where it is given
 * @param handedOut takes every value that came from the cache or went there: its callers go on using them
 */
export async function perform(cache: CacheManager, command: Request, handedOut: unknown[]): Promise<unknown> {
  const handOut = <T>(value: T): T => {
    handedOut.push(value);
    return value;
  };
  const setArguments = ({ key, sample, options: { given } }: Draft): readonly [string, unknown, SetOptions?] => {
    const value = handOut(sample.make());
    return given === undefined ? [key, value] : [key, value, given];
  };
  switch (command.op) {
    case 'get':
      return handOut(await cache.get(command.key));
    case 'getOrDefault':
      return handOut(await cache.get(command.key, DEFAULT_VALUE));
    case 'lookup': {
      const found = await cache.lookup(command.key);
      if (found.hit) handOut(found.value);
      return found;
    }
    case 'getMany':
      return [...(await cache.getMany(command.keys))].map(([key, value]) => [key, handOut(value)]);
    case 'exists':
      return cache.exists(command.key);
    case 'getMetadata':
      return cache.getMetadata(command.key);
    case 'getStats':
      return cache.getStats();
    // The cache lists those of its namespaces too, in a form that is its own.
    case 'keys': {
      const keys = await collect(cache.keys(listOptions(command)));
      return keys.filter((key) => command.space !== undefined || KEYS.includes(key)).sort();
    }
    case 'entries': {
      const entries = await collect(cache.entries(listOptions(command)));
      const own = entries.filter(({ key }) => command.space !== undefined || KEYS.includes(key));
      return own.map((metadata) => ({ ...metadata })).sort(byKey);
    }
    case 'invalidateTags':
      return cache.invalidateTags(command.tags);
    case 'set':
      return cache.set(...setArguments(command));
    case 'setMany':
      return cache.setMany(command.drafts.map(setArguments));
    case 'getOrSet': {
      const { key, options, grace } = command;
      const settings = grace.given === undefined ? options.given : { ...options.given, grace: grace.given };
      return withFunction(command, handOut, (run) => {
        const factory = ({ previous }: FactoryContext) => run(previous);
        return cache.getOrSet(key, named(factory, command), settings);
      });
    }
    case 'setStream':
      return storeStream(cache, command);
    case 'getStream':
      return readStream(cache, command.key, handOut);
    case 'add':
      return cache.add(...setArguments(command));
    case 'update':
      return withFunction(command, handOut, (run) =>
        cache.update(command.key, named(run, command), command.options.given),
      );
    case 'increment': {
      const { key, by, options } = command;
      try {
        return await cache.increment(key, by, options.given);
      } catch (error) {
        if (isCacheError(error, 'CACHE_WRONG_TYPE')) return error.code;
        throw error;
      }
    }
    case 'touch':
      return cache.touch(command.key, command.ttl.given);
    case 'take':
      return handOut(await cache.take(command.key));
    case 'delete':
      return cache.delete(command.key);
    case 'deleteMany':
      return cache.deleteMany(command.keys);
    case 'clear':
      return cache.clear();
    case 'cleanup':
      return cache.cleanup();
    case 'mistake':
      return codeOf(() => MISTAKES[command.mistake](cache, command.key));
  }
}

function listOptions({ options }: CommandOf<'keys' | 'entries'>): ListOptions | undefined {
  return Object.keys(options).length === 0 ? undefined : options;
}

/** Stores what comes in pieces, from a source that may fail after the first of them. */
async function storeStream(
  cache: CacheManager,
  { key, sample, options, isFailing }: CommandOf<'setStream'>,
): Promise<unknown> {
  const source = {
    async *[Symbol.asyncIterator]() {
      for (const piece of sample.pieces()) {
        yield piece;
        // As if it were used again.
        piece.fill(0xee);
        if (isFailing) break;
      }
      if (isFailing) throw new Error(FUNCTION_FAULT);
    },
    /** What the trail shows of it. */
    [inspect.custom]: () => `(${sample}${isFailing ? ', fails after the first' : ''})`,
  };
  try {
    return await cache.setStream(key, source, options.given);
  } catch (error) {
    if (error instanceof Error && error.message === FUNCTION_FAULT) return { error: FUNCTION_FAULT };
    throw error;
  }
}

async function* handedOut(stream: AsyncIterable<unknown>, handOut: <T>(value: T) => T): AsyncGenerator<unknown> {
  for await (const piece of stream) yield handOut(piece);
}

async function readStream(cache: CacheManager, key: string, handOut: <T>(value: T) => T): Promise<unknown> {
  try {
    const stream = await cache.getStream(key);
    if (stream === undefined) return undefined;
    return await readAll(handedOut(stream, handOut));
  } catch (error) {
    if (isCacheError(error, 'CACHE_WRONG_TYPE')) return error.code;
    throw error;
  }
}

/** Hands a function to the cache that does as planned. What it was given, each time, is a part of the answer. */
async function withFunction(
  { plan, sample }: CommandOf<'getOrSet' | 'update'>,
  handOut: <T>(value: T) => T,
  call: (run: (value: unknown) => unknown) => Promise<unknown>,
): Promise<unknown> {
  const given: unknown[] = [];
  const run = (value: unknown) => {
    given.push(handOut(value));
    if (plan === 'throws') throw new Error(FUNCTION_FAULT);
    return plan === 'returns' ? sample.make() : undefined;
  };
  try {
    return { value: handOut(await call(run)), given };
  } catch (error) {
    if (error instanceof Error && error.message === FUNCTION_FAULT) return { error: FUNCTION_FAULT, given };
    throw error;
  }
}

/** What the trail shows of it. */
function named<F extends object>(run: F, { plan, sample }: CommandOf<'getOrSet' | 'update'>): F {
  return Object.defineProperty(run, 'name', { value: plan === 'returns' ? `that returns ${sample}` : `that ${plan}` });
}

const MISTAKES: Readonly<Record<Mistake, (cache: CacheManager, key: string) => Promise<unknown>>> = {
  'set of undefined': (cache, key) => cache.set(key, undefined),
  'set with a ttl of 0': (cache, key) => cache.set(key, 'refused', { ttl: 0 }),
  'set of a function': (cache, key) => cache.set(key, () => 'refused'),
  'get of an empty key': (cache) => cache.get(''),
  'update to a function': (cache, key) => cache.update<unknown>(key, () => () => 'refused'),
  'increment by NaN': (cache, key) => cache.increment(key, Number.NaN),
  // Programs without types pass anything.
  'invalidateTags of a text': (cache) => cache.invalidateTags('a' as unknown as readonly string[]),
  'set with sliding of 1': (cache, key) => cache.set(key, 'refused', { sliding: 1 as unknown as boolean }),
  'setStream of texts': (cache, key) => cache.setStream(key, ['refused'] as unknown as Uint8Array[]),
  'touch with a ttl of 0': (cache, key) => cache.touch(key, 0),
};

async function codeOf(call: () => Promise<unknown>): Promise<string> {
  try {
    return `no rejection, but ${show(await call())}`;
  } catch (error) {
    return isCacheError(error) ? error.code : show(error);
  }
}
