import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { isCacheError } from '@glovebox/cache-core';

/** What a check found, said in words of its own instead of printed as a value. */
export class Words {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value on one short line, for the arguments of an operation. */
export function show(value: unknown): string {
  return cut(shown(value), 120);
}

/** A value on one line, for the result of an operation: long enough for a whole record of metadata or statistics. */
export function showResult(value: unknown): string {
  return cut(shown(value), 320);
}

/** A value on one line, with more of it than {@link showResult} gives. */
export function showLong(value: unknown): string {
  return cut(shown(value), 400);
}

function shown(value: unknown): string {
  if (value instanceof Words) return value.text;
  if (typeof value === 'function') return value.name === '' ? '[function]' : `[function ${value.name}]`;
  if (isError(value)) return showError(value);
  if (value instanceof Readable) return '[a stream]';
  const text = inspect(value, {
    depth: 4,
    compact: true,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 10,
    maxStringLength: 50,
  });
  return oneLine(text).replace(LOOKALIKES, escaped);
}

/** Errors inside of a value are printed with their stacks, which are the suite's. */
function oneLine(text: string): string {
  return text.replace(/\n\s+at [^\n]*?((?:,| [\]}])*)(?=\n|$)/g, '$1').replace(/\s*\n\s*/g, ' ');
}

/** Marks, spaces, compatibility forms and parts of syllables: printed as they are, they look like other characters. */
const LOOKALIKES =
  /[\p{M}\p{Cf}\p{Co}\p{Zl}\p{Zp}\u00a0\u1100-\u11ff\u2000-\u200a\u202f\u3000\u212a\u212b\ufb00-\ufb06]/gu;

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

/** An error with what caused it: the message of a cache's error says what was refused, its cause why. */
export function showWithCause(value: unknown): string {
  const cause = value instanceof Error ? value.cause : undefined;
  const isTold = cause instanceof Error && value instanceof Error && value.message.includes(cause.message);
  return cause === undefined || isTold ? showResult(value) : `${showResult(value)}, caused by ${showResult(cause)}`;
}

function isError(value: unknown): value is Error {
  return value instanceof Error || isCacheError(value);
}

function showError(error: Error): string {
  return isCacheError(error) ? `CacheError ${error.code}: ${error.message}` : `${error.name}: ${error.message}`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
