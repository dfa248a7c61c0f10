import { isDeepStrictEqual } from 'node:util';
import { showLong, showResult } from './show.js';

/** Texts of less than this are compared at a glance, unless they are cut. */
const SHORT = 50;
const MAX_DEPTH = 40;

/** What came in the place of another value, and where it differs if that is hard to see. */
export function showUnequal(actual: unknown, expected: unknown): string {
  const place = difference(actual, expected);
  return place === undefined ? showLong(actual) : `${showLong(actual)}, ${place}`;
}

/** What tells two unequal values apart, where their printed texts do not; `undefined` where they do. */
export function difference(actual: unknown, expected: unknown): string | undefined {
  const [actualText, expectedText] = [showLong(actual), showLong(expected)];
  const [actualType, expectedType] = [typeName(actual), typeName(expected)];
  if (actualText === expectedText && actualType !== expectedType) return `${actualType} instead of ${expectedType}`;
  const place = placeOfDifference(actual, expected, '', 0);
  const isLong = [actualText, expectedText].some((text) => text.length > SHORT || /… |…$|\.\.\. \d+ more/.test(text));
  if (place !== undefined && isLong) return place;
  return actualText === expectedText ? (place ?? 'another prototype or hidden fields') : undefined;
}

/** The first place inside of two values where they differ, and what is there. */
function placeOfDifference(actual: unknown, expected: unknown, path: string, depth: number): string | undefined {
  if (depth > MAX_DEPTH || isDeepStrictEqual(actual, expected)) return undefined;
  for (const [name, actualPart, expectedPart] of partsOf(actual, expected)) {
    const isHere =
      !isDeepStrictEqual(actualPart, expectedPart) || (actualPart === MISSING) !== (expectedPart === MISSING);
    if (!isHere) continue;
    const inside = placeOfDifference(actualPart, expectedPart, `${path}${name}`, depth + 1);
    return inside ?? `at ${path}${name}: ${showPart(actualPart)} instead of ${showPart(expectedPart)}`;
  }
  return undefined;
}

const MISSING = Symbol('nothing');

function showPart(part: unknown): string {
  return part === MISSING ? 'nothing' : showResult(part);
}

type Part = readonly [name: string, actual: unknown, expected: unknown];

/** The parts of two values of one kind, side by side; none where they can't be laid side by side. */
function* partsOf(actual: unknown, expected: unknown): Generator<Part> {
  if (typeof actual === 'string' && typeof expected === 'string') {
    const at = commonLength(actual, expected);
    if (at > 0) yield [` character ${at}`, actual.slice(at) || MISSING, expected.slice(at) || MISSING];
    return;
  }
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) return;
  if (actual instanceof Map && expected instanceof Map) {
    for (const key of new Set([...expected.keys(), ...actual.keys()])) {
      const part = (map: ReadonlyMap<unknown, unknown>) => (map.has(key) ? map.get(key) : MISSING);
      yield [`.get(${showResult(key)})`, part(actual), part(expected)];
    }
    return;
  }
  if (Array.isArray(actual) !== Array.isArray(expected) || ArrayBuffer.isView(actual) !== ArrayBuffer.isView(expected))
    return;
  const isList = Array.isArray(actual) || ArrayBuffer.isView(actual);
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const part = (value: object): unknown => (Object.hasOwn(value, key) ? Reflect.get(value, key) : MISSING);
    yield [isList ? `[${key}]` : `.${key}`, part(actual), part(expected)];
  }
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

function typeName(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value;
  const maker: unknown = Reflect.get(value, 'constructor');
  return typeof maker === 'function' ? maker.name : 'object';
}
