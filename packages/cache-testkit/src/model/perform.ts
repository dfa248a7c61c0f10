import { type CacheManager, type FactoryContext, isCacheError, type SetOptions } from '@glovebox/cache-core';
import { collect } from '../checks/helpers.js';
import { show } from '../show.js';
import type { Command, CommandOf, Draft, Mistake } from './command.js';
import { DEFAULT_VALUE, FUNCTION_FAULT } from './contract.js';
import { KEYS } from './draw-operations.js';

/** What is asked of a cache or of a namespace: steps of time and restarts are not. */
export type Request = Exclude<Command, { readonly op: 'advance' | 'reopen' }>;

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
    case 'keys': {
      const { prefix, space } = command;
      const keys = await collect(cache.keys(prefix === undefined ? undefined : { prefix }));
      // The cache lists those of its namespaces too, in a form that is its own.
      return keys.filter((key) => space !== undefined || KEYS.includes(key)).sort();
    }
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
  'touch with a ttl of 0': (cache, key) => cache.touch(key, 0),
};

async function codeOf(call: () => Promise<unknown>): Promise<string> {
  try {
    return `no rejection, but ${show(await call())}`;
  } catch (error) {
    return isCacheError(error) ? error.code : show(error);
  }
}
