import { isDeepStrictEqual } from 'node:util';
import { difference } from '../expect.js';
import { showLong } from '../show.js';

/** What an answer may be. */
export interface Expected {
  accepts(actual: unknown): boolean;
  /** What came, in words that tell it from what was expected. */
  show(actual: unknown): string;
  toString(): string;
}

/** Equal and of the same type. */
export function exactly(value: unknown): Expected {
  return {
    accepts: (actual) => isDeepStrictEqual(actual, value),
    show: (actual) => difference(actual, value) ?? showLong(actual),
    toString: () => showLong(value),
  };
}

/** A whole number between two others. */
export function anyFrom(atLeast: number, atMost: number): Expected {
  return {
    accepts: (actual) => Number.isInteger(actual) && Number(actual) >= atLeast && Number(actual) <= atMost,
    show: showLong,
    toString: () => (atLeast === atMost ? String(atLeast) : `from ${atLeast} to ${atMost}`),
  };
}
