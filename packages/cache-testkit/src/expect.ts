import { isDeepStrictEqual } from 'node:util';
import { type CacheErrorCode, isCacheError } from '@glovebox/cache-core';
import { showUnequal } from './difference.js';
import { show, showLong } from './show.js';

/** An expectation that was not met: what should have come, and what came. */
export class UnmetExpectation extends Error {
  override readonly name = 'UnmetExpectation';
  readonly expected: string;
  readonly came: string;

  constructor(expected: string, came: string, cause?: unknown) {
    super(`expected ${expected}; came ${came}`, cause === undefined ? undefined : { cause });
    this.expected = expected;
    this.came = came;
  }
}

/** Equal and of the same type, as `assert.deepStrictEqual` has it. @param what the thing compared, in words */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new UnmetExpectation(`${what} to be ${showLong(expected)}`, showUnequal(actual, expected));
}

/** @param expected completes "expected …" */
export function expectThat(expected: string, isMet: boolean, came: unknown): void {
  if (!isMet) throw new UnmetExpectation(expected, showLong(came));
}

/** The call rejects, rather than throws or resolves, with a `CacheError` of this code; returns that error. */
export async function expectRejection(what: string, code: CacheErrorCode, call: () => unknown): Promise<Error> {
  const expected = `${what} to reject with ${code}`;
  let pending: unknown;
  try {
    pending = call();
  } catch (error) {
    throw new UnmetExpectation(expected, `a synchronous throw of ${show(error)}, which no .catch() sees`, error);
  }
  let result: unknown;
  try {
    result = await pending;
  } catch (error) {
    if (isCacheError(error, code)) return error;
    throw new UnmetExpectation(expected, `a rejection with ${show(error)}`, error);
  }
  throw new UnmetExpectation(expected, `a resolution with ${show(result)}`);
}
