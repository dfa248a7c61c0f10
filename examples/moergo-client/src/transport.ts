import type { z } from 'zod';
import { parseJson, readBody } from './body.js';
import { fieldError, MoErgoError } from './errors.js';
import type { ServiceSettings } from './options.js';
import { compileFailureSchema, parseResponse } from './schemas.js';
import { parseRetryAfter, statusError } from './status.js';
import { readToken } from './token.js';

interface Exchange {
  operation: string;
  url: URL;
  method: 'GET' | 'POST';
  body?: string;
  token?: string | undefined;
  timeoutMs: number;
  maxBytes: number;
}

interface Answer {
  response: Response;
  body: Uint8Array;
}

const FIRST_BACKOFF_SECONDS = 0.5;

/** Speaks HTTP to the service: bounded in time and size, retrying what may be retried, errors told apart. */
export class Transport {
  readonly #settings: ServiceSettings;
  readonly #closing = new AbortController();

  constructor(settings: ServiceSettings) {
    this.#settings = settings;
  }

  /** Ends all exchanges with `MOERGO_CLOSED`. */
  close(): void {
    this.#closing.abort();
  }

  async getJson<S extends z.ZodType>(operation: string, path: string, schema: S): Promise<z.output<S>> {
    const { baseUrl, token, timeoutMs, maxResponseBytes } = this.#settings;
    const { response, body } = await this.#exchange({
      operation,
      url: new URL(path, baseUrl),
      method: 'GET',
      token: await readToken(operation, token),
      timeoutMs,
      maxBytes: maxResponseBytes,
    });
    if (!response.ok) throw this.#statusError(operation, response);
    return parseResponse(operation, schema, parseJson(operation, response, body));
  }

  /** Sent once: a build that was cut off may still be running at the service. */
  async postJson<S extends z.ZodType>(operation: string, path: string, data: unknown, schema: S): Promise<z.output<S>> {
    const { baseUrl, compileTimeoutMs, maxResponseBytes } = this.#settings;
    const token = await readToken(operation, this.#settings.token);
    const { response, body } = await this.#exchange({
      operation,
      url: new URL(path, baseUrl),
      method: 'POST',
      body: JSON.stringify(data),
      token,
      timeoutMs: compileTimeoutMs,
      maxBytes: maxResponseBytes,
    });
    if (response.status === 400) throw compileError(operation, response, body, token);
    if (!response.ok) throw this.#statusError(operation, response);
    return parseResponse(operation, schema, parseJson(operation, response, body));
  }

  /**
   * The bytes at a signed path, which carries its own permission: no token is sent.
   * @throws MoErgoError `MOERGO_BAD_RESPONSE` if `location` leads away from the service
   */
  async getBytes(operation: string, location: string): Promise<Uint8Array> {
    const { baseUrl, timeoutMs, maxFirmwareBytes } = this.#settings;
    const url = URL.canParse(location, baseUrl.href) ? new URL(location, baseUrl) : undefined;
    if (url?.origin !== baseUrl.origin) {
      const found = url === undefined ? 'no URL' : `at ${url.origin}`;
      throw fieldError('MOERGO_BAD_RESPONSE', 'location', found, `a path at ${baseUrl.origin}`, { operation });
    }
    const { response, body } = await this.#exchange({
      operation,
      url,
      method: 'GET',
      timeoutMs,
      maxBytes: maxFirmwareBytes,
    });
    if (!response.ok) throw this.#statusError(operation, response);
    return body;
  }

  async #exchange(exchange: Exchange): Promise<Answer> {
    const { maxRetries, maxRetryWaitSeconds, logger, sleep } = this.#settings;
    const { operation, method } = exchange;
    for (let retry = 0; ; retry++) {
      const answer = await this.#try(exchange);
      const { status } = answer.response;
      if (method !== 'GET' || (status !== 429 && status !== 503) || retry >= maxRetries) return answer;
      const seconds = this.#retryAfter(answer.response) ?? FIRST_BACKOFF_SECONDS * 2 ** retry;
      if (seconds > maxRetryWaitSeconds) return answer;
      logger?.warn(`moergo ${operation}: answered ${status}, retry ${retry + 1} of ${maxRetries} in ${seconds} s`);
      await this.#sleep(operation, sleep(seconds * 1000, this.#closing.signal));
    }
  }

  async #sleep(operation: string, slept: Promise<unknown>): Promise<void> {
    try {
      await slept;
    } catch (cause) {
      if (this.#closing.signal.aborted) throw closedError(operation);
      throw cause;
    }
  }

  async #try({ operation, url, method, body, token, timeoutMs, maxBytes }: Exchange): Promise<Answer> {
    const closing = this.#closing.signal;
    if (closing.aborted) throw closedError(operation);
    const timeout = AbortSignal.timeout(timeoutMs);
    // AbortSignal.any came with Node 20.3.
    const either = new AbortController();
    const abort = () => either.abort();
    timeout.addEventListener('abort', abort);
    closing.addEventListener('abort', abort);
    try {
      const headers: Record<string, string> = { accept: method === 'GET' ? '*/*' : 'application/json' };
      if (body !== undefined) headers['content-type'] = 'application/json';
      if (token !== undefined) headers.authorization = `Bearer ${token}`;
      const response = await this.#settings.fetch(url.href, {
        method,
        headers,
        signal: either.signal,
        ...(body === undefined ? {} : { body }),
      });
      return { response, body: await readBody(operation, response, maxBytes) };
    } catch (cause) {
      if (cause instanceof MoErgoError) throw cause;
      if (closing.aborted) throw closedError(operation);
      if (timeout.aborted) {
        throw new MoErgoError('MOERGO_TIMEOUT', `${operation}: no complete answer within ${timeoutMs} ms`, {
          operation,
          cause,
        });
      }
      throw new MoErgoError('MOERGO_NETWORK', `${operation}: ${url.host} could not be reached`, { operation, cause });
    } finally {
      timeout.removeEventListener('abort', abort);
      closing.removeEventListener('abort', abort);
    }
  }

  #retryAfter(response: Response): number | undefined {
    return parseRetryAfter(response.headers.get('retry-after'), this.#settings.clock.now());
  }

  #statusError(operation: string, response: Response): MoErgoError {
    return statusError(operation, response.status, this.#retryAfter(response));
  }
}

/** The compiler's words are what the caller needs, so they are the one body that is quoted; not a token in it. */
function compileError(operation: string, response: Response, body: Uint8Array, token: string | undefined): MoErgoError {
  const { message, detail } = parseResponse(operation, compileFailureSchema, parseJson(operation, response, body));
  const redact = (text: string) => (token === undefined ? text : text.replaceAll(token, '[token]'));
  return new MoErgoError('MOERGO_COMPILE_FAILED', `${operation}: ${redact(message)}`, {
    operation,
    status: response.status,
    details: detail.map(redact),
  });
}

export function closedError(operation: string): MoErgoError {
  return new MoErgoError('MOERGO_CLOSED', `${operation}: the client is closed`, { operation });
}
