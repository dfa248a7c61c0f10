import { isCacheError } from '@glovebox/cache-core';
import type { Attributes, Span } from '@opentelemetry/api';
import { ATTRIBUTE } from './names.js';

/** What the attribute `error.type` says: a code of the cache's, or the name of another's error. */
export function errorTypeOf(error: unknown): string {
  if (isCacheError(error)) return error.code;
  return error instanceof Error ? error.name : '_OTHER';
}

/** Adds the event of an exception. Messages of a cache's errors name keys, and so are left out where keys are to be. */
export function recordError(span: Span, error: unknown, withKeys: boolean): void {
  if (error instanceof Error && (withKeys || !isCacheError(error))) {
    span.recordException(error);
    return;
  }
  const attributes: Attributes = { 'exception.type': errorTypeOf(error), [ATTRIBUTE.errorType]: errorTypeOf(error) };
  span.addEvent('exception', attributes);
}
