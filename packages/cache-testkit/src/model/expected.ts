import { isDeepStrictEqual } from 'node:util';
import { showUnequal } from '../difference.js';
import { showLong } from '../show.js';

/** What should have come, in words that follow "the answer of …", and what came instead. */
export interface Mismatch {
  readonly expected: string;
  readonly came: string;
}

/** What an answer may be. */
export interface Expected {
  /** `undefined` for an answer that may be given. */
  compare(actual: unknown): Mismatch | undefined;
}

/** Equal and of the same type. */
export function exactly(value: unknown): Expected {
  return { compare: (actual) => mismatchOf(actual, value) };
}

/** A whole number between two others. */
export function anyFrom(atLeast: number, atMost: number): Expected {
  return {
    compare(actual) {
      const isRight = Number.isInteger(actual) && Number(actual) >= atLeast && Number(actual) <= atMost;
      return isRight ? undefined : { expected: `to be ${rangeText(atLeast, atMost)}`, came: showLong(actual) };
    },
  };
}

export function rangeText(least: number, most: number): string {
  return least === most ? String(least) : `from ${least} to ${most}`;
}

/** Of two records, only the fields that differ. */
export function mismatchOf(actual: unknown, expected: unknown): Mismatch | undefined {
  if (isDeepStrictEqual(actual, expected)) return undefined;
  if (!isRecord(actual) || !isRecord(expected)) {
    return { expected: `to be ${showLong(expected)}`, came: showUnequal(actual, expected) };
  }
  const [expectedParts, actualParts] = differingParts(expected, actual);
  return {
    expected: `to have ${showLong(expectedParts)}`,
    came: showUnequal(actualParts, expectedParts),
  };
}

function differingParts(expected: Fields, actual: Fields): [Fields, Fields] {
  const expectedParts: [string, unknown][] = [];
  const actualParts: [string, unknown][] = [];
  for (const name of Object.keys({ ...expected, ...actual })) {
    let [left, right] = [expected[name], actual[name]];
    if (isDeepStrictEqual(left, right)) continue;
    if (isRecord(left) && isRecord(right)) [left, right] = differingParts(left, right);
    expectedParts.push([name, left]);
    actualParts.push([name, right]);
  }
  return [Object.fromEntries(expectedParts), Object.fromEntries(actualParts)];
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
