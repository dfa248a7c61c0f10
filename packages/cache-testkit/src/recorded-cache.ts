import { CACHE_PARTS, type CacheManager } from '@glovebox/cache-core';
import { show, showResult } from './show.js';
import type { Trail } from './trail.js';

type AnyFunction = (...args: unknown[]) => unknown;

const labels = new WeakMap<object, string>();

/** How a cache stands in the trail; `undefined` if its calls are not written down. */
export function labelOf(cache: object): string | undefined {
  return labels.get(cache);
}

/**
 * The same cache, its calls written to `trail` under `label`, with what its factories and listeners are asked.
 * @param onClose called when somebody closes the cache
 */
export function recorded<C extends object>(cache: C, label: string, trail: Trail, onClose: () => void): C {
  const given = new Proxy(cache, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function') return member;
      const name = typeof property === 'symbol' ? `[${String(property)}]` : `.${property}`;
      // What a typed view reads with is nothing that the check does.
      if (property === CACHE_PARTS) return () => Reflect.apply(member, target, []);
      // Methods run on the cache itself: private fields don't work through a proxy.
      return function recordedCall(...args: unknown[]) {
        if (property === 'close' || property === Symbol.asyncDispose) onClose();
        const call = `${label}${name}(${shownArguments(property, args)})`;
        if (property === 'namespace') return recordedNamespace(() => Reflect.apply(member, target, args), call, trail);
        const done = trail.begin(call);
        let result: unknown;
        try {
          result = Reflect.apply(member, target, withRecordedFunctions(property, args, trail));
        } catch (error) {
          done(`threw ${show(error)}`);
          throw error;
        }
        if (isAsyncIterable(result)) return recordedIteration(result, done);
        noteResult(result, done);
        return result;
      };
    },
  });
  labels.set(given, label);
  return given;
}

/** What is asked of it comes after its name. */
function recordedNamespace(open: () => CacheManager, call: string, trail: Trail): CacheManager {
  try {
    return recorded(open(), call, trail, () => {});
  } catch (error) {
    trail.begin(call)(`threw ${show(error)}`);
    throw error;
  }
}

/** Arguments left out and `undefined` are the same, but for the value of a set. */
function shownArguments(method: string | symbol, args: readonly unknown[]): string {
  const needed = method === 'set' ? 2 : 1;
  const end = args.findLastIndex((arg, index) => arg !== undefined || index < needed);
  return args
    .slice(0, method === 'keys' && args[0] === undefined ? 0 : end + 1)
    .map(show)
    .join(', ');
}

/** How an operation that rejected stands in a trail. */
export function rejectionText(error: unknown): string {
  return `rejected with ${showResult(error)}`;
}

function withRecordedFunctions(method: string | symbol, args: readonly unknown[], trail: Trail): readonly unknown[] {
  const [first, second, ...rest] = args;
  if (!isFunction(second)) return args;
  if (method === 'getOrSet') return [first, recordedFactory(second, `factory of ${show(first)}`, trail), ...rest];
  if (method === 'update') return [first, recordedFactory(second, `change of ${show(first)}`, trail), ...rest];
  if (method === 'on') return [first, recordedListener(second, String(first), trail), ...rest];
  return args;
}

function isFunction(value: unknown): value is AnyFunction {
  return typeof value === 'function';
}

function recordedFactory(factory: AnyFunction, label: string, trail: Trail) {
  return function (this: unknown, ...args: unknown[]): unknown {
    const done = trail.beginInside(label);
    let result: unknown;
    try {
      result = Reflect.apply(factory, this, args);
    } catch (error) {
      done(`threw ${show(error)}`);
      throw error;
    }
    noteResult(result, done);
    return result;
  };
}

/** Writes down what came, when it comes. */
function noteResult(result: unknown, done: (outcome: string) => void): void {
  if (result instanceof Promise) {
    result.then(
      (value) => done(showResult(value)),
      (error) => done(rejectionText(error)),
    );
  } else {
    done(showResult(result));
  }
}

function recordedListener(listener: AnyFunction, event: string, trail: Trail) {
  return function (this: unknown, ...args: unknown[]): unknown {
    trail.noteInside(`told: ${event} ${args.map(show).join(', ')}`);
    return Reflect.apply(listener, this, args);
  };
}

async function* recordedIteration(
  items: AsyncIterable<unknown>,
  done: (outcome: string) => void,
): AsyncGenerator<unknown> {
  const seen: unknown[] = [];
  try {
    for await (const item of items) {
      seen.push(item);
      yield item;
    }
  } catch (error) {
    done(rejectionText(error));
    throw error;
  } finally {
    if (seen.length > 0) done(showResult(seen));
  }
  if (seen.length === 0) done('[]');
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
