import { inspect } from 'node:util';
import { isCacheError } from '@glovebox/cache-core';

/** A value on one short line, for the trail of operations. */
export function show(value: unknown): string {
  return cut(isError(value) ? showError(value) : print(value), 120);
}

/** A value on one line, with more of it than {@link show} gives. */
export function showLong(value: unknown): string {
  return cut(isError(value) ? showError(value) : print(value), 400);
}

function print(value: unknown): string {
  if (typeof value === 'function') return value.name === '' ? '[function]' : `[function ${value.name}]`;
  return inspect(value, {
    depth: 4,
    compact: true,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 10,
    maxStringLength: 60,
  });
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
