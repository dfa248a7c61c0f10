import { MoErgoError, type MoErgoErrorCode } from './errors.js';

/**
 * Seconds that a `Retry-After` header asks to wait: a number, or a date to come. `undefined` if there is none to read.
 * @param nowMs epoch milliseconds
 */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - nowMs) / 1000);
}

/** The error for an answer that is not a success. Its body is not quoted, it may be private. */
export function statusError(operation: string, status: number, retryAfterSeconds?: number): MoErgoError {
  const code = codeOf(status);
  const wait = retryAfterSeconds === undefined ? '' : `, retry after ${Math.ceil(retryAfterSeconds)} s`;
  return new MoErgoError(code, `${operation}: the service answered ${status}${wait}`, {
    operation,
    status,
    retryAfterSeconds,
  });
}

function codeOf(status: number): MoErgoErrorCode {
  if (status === 401 || status === 403) return 'MOERGO_UNAUTHORIZED';
  if (status === 404 || status === 410) return 'MOERGO_NOT_FOUND';
  return status === 429 ? 'MOERGO_RATE_LIMITED' : 'MOERGO_HTTP';
}
