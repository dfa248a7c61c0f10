import type { CacheManager } from '@glovebox/cache-core';
import { show } from './show.js';

/** Lines kept for a failure: the last ones are those that led there. */
const MAX_LINES = 40;

interface Line {
  readonly text: string;
  outcome: string | undefined;
}

/** What a check did, in order, so that a failure can show what led there. */
export class Trail {
  readonly #lines: Line[] = [];
  #dropped = 0;
  #probe: Line[] | undefined;

  /** Adds a step that has no outcome to wait for. */
  note(text: string): void {
    this.#add({ text, outcome: '' });
  }

  /** Adds a step; its outcome is told to the returned function. */
  begin(text: string): (outcome: string) => void {
    const line: Line = { text, outcome: undefined };
    this.#add(line);
    return (outcome) => {
      line.outcome = outcome;
    };
  }

  clear(): void {
    this.#lines.length = 0;
    this.#dropped = 0;
    this.#probe = undefined;
  }

  /** Looks at the cache without a word, unless it finds something: steps of a task that ends well are left out. */
  async probing<T>(task: () => Promise<T>): Promise<T> {
    const outer = this.#probe;
    const steps: Line[] = [];
    this.#probe = steps;
    try {
      const result = await task();
      this.#probe = outer;
      return result;
    } catch (error) {
      this.#probe = outer;
      for (const step of steps) this.#add(step);
      throw error;
    }
  }

  toLines(): string[] {
    const lines = this.#lines.map(({ text, outcome }) => {
      if (outcome === '') return text;
      return `${text} → ${outcome ?? '(has not ended)'}`;
    });
    return this.#dropped === 0 ? lines : [`(${this.#dropped} earlier steps)`, ...lines];
  }

  #add(line: Line): void {
    if (this.#probe !== undefined) {
      this.#probe.push(line);
      return;
    }
    this.#lines.push(line);
    if (this.#lines.length <= MAX_LINES) return;
    this.#lines.shift();
    this.#dropped++;
  }
}

/**
 * The same cache, its calls written to `trail` under `label`.
 * @param onClose called when somebody closes the cache
 */
export function recorded(cache: CacheManager, label: string, trail: Trail, onClose: () => void): CacheManager {
  return new Proxy(cache, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function') return member;
      // Methods run on the cache itself: private fields don't work through a proxy.
      return function recordedCall(...args: unknown[]) {
        if (property === 'close' || property === Symbol.asyncDispose) onClose();
        const done = trail.begin(`${label}.${String(property)}(${args.map(show).join(', ')})`);
        let result: unknown;
        try {
          result = Reflect.apply(member, target, args);
        } catch (error) {
          done(`threw ${show(error)}`);
          throw error;
        }
        if (isAsyncIterable(result)) return recordedIteration(result, done);
        if (result instanceof Promise) {
          result.then(
            (value) => done(show(value)),
            (error) => done(`rejected with ${show(error)}`),
          );
        } else {
          done(show(result));
        }
        return result;
      };
    },
  });
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
    done(`rejected with ${show(error)}`);
    throw error;
  } finally {
    if (seen.length > 0) done(show(seen));
  }
  if (seen.length === 0) done('[]');
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
