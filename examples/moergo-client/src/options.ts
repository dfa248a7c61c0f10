import { setTimeout as delay } from 'node:timers/promises';
import { type CacheLogger, type Clock, systemClock } from '@glovebox/cache-core';
import { describe, fieldError } from './errors.js';
import type { TokenSource } from './token.js';

export type Fetch = typeof globalThis.fetch;

/** Waits `milliseconds`; rejects when `signal` is aborted. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<unknown>;

/** How the service is reached. */
export interface MoergoServiceOptions {
  /** Where the routes start. @default 'https://my.glove80.com/api/' */
  baseUrl?: string | undefined;
  /** Sent as a bearer token over https or to this machine, never elsewhere. @default none: public data only */
  token?: TokenSource | undefined;
  /** @default the global `fetch` */
  fetch?: Fetch | undefined;
  /** For one try of a request, its body included. @default 30_000 */
  timeoutMs?: number | undefined;
  /** The same for a build, which takes the service a minute or more. @default 300_000 */
  compileTimeoutMs?: number | undefined;
  /** Further tries of a GET that met 429 or 503. @default 2 */
  maxRetries?: number | undefined;
  /** A `Retry-After` above this fails at once instead of waiting. @default 10 */
  maxRetryWaitSeconds?: number | undefined;
  /** Largest JSON answer. @default 16 MiB */
  maxResponseBytes?: number | undefined;
  /** Largest firmware, packed and unpacked. @default 16 MiB */
  maxFirmwareBytes?: number | undefined;
  /**
   * Name that keeps the entries of one service apart from another's.
   * @default the base URL
   */
  scope?: string | undefined;
  /** What dates of `Retry-After`, and a cache of the client's own, live by. @default the system's */
  clock?: Clock | undefined;
  /** Told of retries, and of faults of a cache of the client's own. @default nobody */
  logger?: CacheLogger | undefined;
  /** How retries wait. @default a timer */
  sleep?: Sleep | undefined;
}

/** {@link MoergoServiceOptions}, checked, with the defaults in place. */
export interface ServiceSettings {
  readonly baseUrl: URL;
  readonly token: TokenSource | undefined;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly compileTimeoutMs: number;
  readonly maxRetries: number;
  readonly maxRetryWaitSeconds: number;
  readonly maxResponseBytes: number;
  readonly maxFirmwareBytes: number;
  readonly scope: string;
  readonly clock: Clock;
  readonly logger: CacheLogger | undefined;
  readonly sleep: Sleep;
}

const MEBIBYTE = 1024 * 1024;
// Node fires longer timers at once.
const MAX_TIMER_MS = 0x7fffffff;

/** @throws MoErgoError `MOERGO_INVALID_ARGUMENT` naming the option */
export function completeOptions(options: MoergoServiceOptions): ServiceSettings {
  const baseUrl = checkBaseUrl(options.baseUrl ?? 'https://my.glove80.com/api/');
  if (options.token !== undefined && !isPrivateChannel(baseUrl)) {
    throw invalid('baseUrl', `${baseUrl.origin}, with a token`, 'https, or http to this machine');
  }
  return {
    baseUrl,
    token: options.token,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    timeoutMs: checkNumber('timeoutMs', options.timeoutMs ?? 30_000, 1, MAX_TIMER_MS),
    compileTimeoutMs: checkNumber('compileTimeoutMs', options.compileTimeoutMs ?? 300_000, 1, MAX_TIMER_MS),
    maxRetries: checkNumber('maxRetries', options.maxRetries ?? 2, 0, 10),
    maxRetryWaitSeconds: checkNumber('maxRetryWaitSeconds', options.maxRetryWaitSeconds ?? 10, 0, 3_600),
    maxResponseBytes: checkNumber('maxResponseBytes', options.maxResponseBytes ?? 16 * MEBIBYTE, 1, 1024 * MEBIBYTE),
    maxFirmwareBytes: checkNumber('maxFirmwareBytes', options.maxFirmwareBytes ?? 16 * MEBIBYTE, 1, 1024 * MEBIBYTE),
    scope: options.scope ?? baseUrl.href,
    clock: options.clock ?? systemClock,
    logger: options.logger,
    sleep: options.sleep ?? ((milliseconds, signal) => delay(milliseconds, undefined, { signal })),
  };
}

function checkNumber(option: string, value: unknown, lowest: number, highest: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest) return value;
  throw invalid(option, describe(value), `a whole number from ${lowest} to ${highest}`);
}

function checkBaseUrl(text: unknown): URL {
  const allowed = 'an http or https URL without user, query or fragment';
  if (typeof text !== 'string' || !URL.canParse(text)) throw invalid('baseUrl', describe(text), allowed);
  const url = new URL(text);
  // The URL may hold a password here, so it is not quoted.
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.search || url.hash) {
    throw invalid('baseUrl', `a ${url.protocol.slice(0, -1)} URL with other parts`, allowed);
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

function isPrivateChannel(url: URL): boolean {
  return url.protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

function invalid(option: string, found: string, allowed: string) {
  return fieldError('MOERGO_INVALID_ARGUMENT', option, found, allowed);
}
