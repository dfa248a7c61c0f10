/** The closed set of error codes. Codes are stable, messages are not. */
export const CACHE_ERROR_CODES = [
  'CACHE_INVALID_KEY',
  'CACHE_INVALID_TTL',
  'CACHE_INVALID_CONFIG',
  'CACHE_UNSERIALIZABLE',
  'CACHE_INVALID_VALUE',
  'CACHE_WRONG_TYPE',
  'CACHE_CORRUPT_ENTRY',
  'CACHE_UNREADABLE_ENTRY',
  'CACHE_LOCK_TIMEOUT',
  'CACHE_TIMEOUT',
  'CACHE_FACTORY_FAILED',
  'CACHE_UNSAFE_ROOT',
  'CACHE_BACKEND_FAILED',
  'CACHE_CLOSED',
] as const;

export type CacheErrorCode = (typeof CACHE_ERROR_CODES)[number];

/** Found by any copy of this package in the process, unlike `instanceof`. */
const BRAND = Symbol.for('@glovebox/cache-core/CacheError');

export interface CacheErrorOptions {
  key?: string | undefined;
  cause?: unknown;
}

/** Every error of these packages. No message holds a cached value. */
export class CacheError extends Error {
  override readonly name = 'CacheError';
  readonly code: CacheErrorCode;
  /** The key of the operation that failed, where there was one. */
  declare readonly key?: string;

  constructor(code: CacheErrorCode, message: string, options: CacheErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.key !== undefined) this.key = options.key;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Whether `error` is a {@link CacheError}, of this copy of the package or another, and of `code` if one is given. */
export function isCacheError(error: unknown, code?: CacheErrorCode): error is CacheError {
  if (typeof error !== 'object' || error === null || !(BRAND in error)) return false;
  return code === undefined || ('code' in error && error.code === code);
}
