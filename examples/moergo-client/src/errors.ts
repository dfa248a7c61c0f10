/** The closed set of error codes. Codes are stable, messages are not. */
export const MOERGO_ERROR_CODES = [
  /** An argument or option is not what the call takes; nothing was sent. */
  'MOERGO_INVALID_ARGUMENT',
  /** No token, or one that the service refused (401, 403). */
  'MOERGO_UNAUTHORIZED',
  /** 404 or 410. */
  'MOERGO_NOT_FOUND',
  /** 429, after the retries or with a wait too long to retry; see `retryAfterSeconds`. */
  'MOERGO_RATE_LIMITED',
  /** The service refused to build the keymap; see `details`. */
  'MOERGO_COMPILE_FAILED',
  /** Any other status that is not a success. */
  'MOERGO_HTTP',
  /** An answer that is not what the service promises: not JSON, another shape, not firmware. */
  'MOERGO_BAD_RESPONSE',
  /** An answer above the size limit. */
  'MOERGO_TOO_LARGE',
  /** No complete answer in time. */
  'MOERGO_TIMEOUT',
  /** The connection could not be made, or broke. */
  'MOERGO_NETWORK',
  /** The caller's signal was aborted. */
  'MOERGO_ABORTED',
  /** The client was closed before or during the call. */
  'MOERGO_CLOSED',
] as const;

export type MoErgoErrorCode = (typeof MOERGO_ERROR_CODES)[number];

/** What is known of a failure besides its code. */
export interface MoErgoErrorDetails {
  /** The client's method that failed. */
  operation?: string | undefined;
  /** HTTP status, where there was an answer. */
  status?: number | undefined;
  /** The argument, option or response field at fault. */
  field?: string | undefined;
  /** What was there, shortened; a type instead of the value where the value may be private. */
  found?: string | undefined;
  allowed?: string | undefined;
  /** How long the service asks to wait, in seconds. */
  retryAfterSeconds?: number | undefined;
  /** Lines of the compiler's output. */
  details?: readonly string[] | undefined;
  cause?: unknown;
}

/** Every error of this client. No message, field or cause that it sets holds a token. */
export class MoErgoError extends Error {
  override readonly name = 'MoErgoError';
  readonly code: MoErgoErrorCode;
  readonly operation: string | undefined;
  readonly status: number | undefined;
  readonly field: string | undefined;
  readonly found: string | undefined;
  readonly allowed: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly details: readonly string[];

  constructor(code: MoErgoErrorCode, message: string, about: MoErgoErrorDetails = {}) {
    super(message, about.cause === undefined ? undefined : { cause: about.cause });
    this.code = code;
    this.operation = about.operation;
    this.status = about.status;
    this.field = about.field;
    this.found = about.found;
    this.allowed = about.allowed;
    this.retryAfterSeconds = about.retryAfterSeconds;
    this.details = about.details ?? [];
  }
}

/** Whether `error` is a {@link MoErgoError}, of `code` if one is given. */
export function isMoErgoError(error: unknown, code?: MoErgoErrorCode): error is MoErgoError {
  return error instanceof MoErgoError && (code === undefined || error.code === code);
}

/** An error that names a field, what it held and what it may hold. */
export function fieldError(
  code: MoErgoErrorCode,
  field: string,
  found: string,
  allowed: string,
  about: MoErgoErrorDetails = {},
): MoErgoError {
  const where = about.operation === undefined ? field : `${about.operation}: ${field}`;
  return new MoErgoError(code, `${where} is ${found}; allowed is ${allowed}`, { ...about, field, found, allowed });
}

/** A short text for a value in a message: strings quoted and cut, everything else by its type. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `of type ${typeof value}`;
}
