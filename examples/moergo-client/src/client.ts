import { CacheKey, type CacheManager } from '@glovebox/cache-core';
import { abortedError, untilAborted } from './abort.js';
import {
  type CompleteFirmwareRequest,
  checkFirmwareRequest,
  checkUserId,
  checkUuid,
  type FirmwareRequest,
} from './arguments.js';
import { fieldError, isMoErgoError } from './errors.js';
import { LIFETIMES, type Operation } from './lifetimes.js';
import type { ServiceSettings } from './options.js';
import {
  compileResponseSchema,
  type FirmwareVersion,
  firmwareListSchema,
  type Layout,
  type LayoutMeta,
  layoutSchema,
  metaResponseSchema,
  type UserLayout,
  userLayoutsSchema,
} from './schemas.js';
import { fingerprint, readToken, subjectOf } from './token.js';
import { closedError, Transport } from './transport.js';
import { unpackFirmware } from './uf2.js';

export interface CallOptions {
  /**
   * Ends this caller's wait with `MOERGO_ABORTED`. The request goes on for the callers that share it, and its answer
   * is kept for the next one; `close()` ends requests.
   */
  signal?: AbortSignal | undefined;
}

/** A build's result: where its bytes are, for a few minutes. */
export interface CompiledFirmware {
  /** A signed path at the service, of a `.uf2` or `.uf2.gz` file. */
  location: string;
}

/** Part of every key: raise it when what is kept changes its shape, so that older entries are not read. */
const KEY_FORMAT = '1';

/**
 * The MoErgo layout service, each answer kept in a cache for its own time. Concurrent calls for one thing share a
 * request. A failed call rejects with a `MoErgoError`, for every caller that waits for it, and leaves nothing behind.
 */
export class MoergoClient implements AsyncDisposable {
  readonly #cache: CacheManager;
  readonly #ownsCache: boolean;
  readonly #settings: ServiceSettings;
  readonly #transport: Transport;
  readonly #running = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(cache: CacheManager, ownsCache: boolean, settings: ServiceSettings) {
    this.#settings = settings;
    this.#transport = new Transport(settings);
    this.#cache = cache;
    this.#ownsCache = ownsCache;
  }

  /** The firmware versions that layouts can be built with. */
  async listFirmware(options?: CallOptions): Promise<FirmwareVersion[]> {
    const operation = 'listFirmware';
    return this.#cached(operation, [], options, () =>
      this.#transport.getJson(operation, 'firmware', firmwareListSchema),
    );
  }

  /** A layout, whole. */
  async getLayout(uuid: string, options?: CallOptions): Promise<Layout> {
    const operation = 'getLayout';
    const id = checkUuid(operation, uuid);
    return this.#cached(operation, [id], options, async () => {
      const layout = await this.#transport.getJson(operation, `layouts/v1/${id}/config`, layoutSchema);
      checkIsAbout(operation, id, layout.layout_meta);
      return layout;
    });
  }

  /** What is known of a layout: title, creator, date, tags. */
  async getLayoutMeta(uuid: string, options?: CallOptions): Promise<LayoutMeta> {
    const operation = 'getLayoutMeta';
    const id = checkUuid(operation, uuid);
    return this.#cached(operation, [id], options, async () => {
      const { layout_meta } = await this.#transport.getJson(operation, `layouts/v1/${id}/meta`, metaResponseSchema);
      checkIsAbout(operation, id, layout_meta);
      return layout_meta;
    });
  }

  /**
   * The layouts of a user, as the token's owner may see them.
   * @param userId the token's own user if left out
   */
  async listUserLayouts(userId?: string, options?: CallOptions): Promise<UserLayout[]> {
    const operation = 'listUserLayouts';
    const token = await readToken(operation, this.#settings.token);
    const id = checkUserId(operation, userId ?? (token === undefined ? undefined : subjectOf(token)));
    return this.#cached(operation, [id, fingerprint(token)], options, () =>
      this.#transport.getJson(operation, `layouts/v1/users/${id}`, userLayoutsSchema),
    );
  }

  /**
   * Builds firmware at the service, once for the same request within five minutes.
   * @throws MoErgoError `MOERGO_COMPILE_FAILED` with the compiler's lines in `details`
   */
  async compileFirmware(request: FirmwareRequest, options?: CallOptions): Promise<CompiledFirmware> {
    return this.#compile(checkFirmwareRequest('compileFirmware', request), options);
  }

  /**
   * The UF2 bytes of a request's firmware, unpacked: from the cache, else from the build of the last five minutes, else
   * built now.
   */
  async downloadFirmware(request: FirmwareRequest, options?: CallOptions): Promise<Uint8Array> {
    const operation = 'downloadFirmware';
    const complete = checkFirmwareRequest(operation, request);
    return this.#cached(operation, sourceParts(complete), options, async () => {
      const { location } = await this.#compile(complete);
      try {
        return await this.#fetchFirmware(location);
      } catch (error) {
        // A signed path from the cache may have run out since. Build again, once.
        if (!isMoErgoError(error, 'MOERGO_UNAUTHORIZED') && !isMoErgoError(error, 'MOERGO_NOT_FOUND')) throw error;
      }
      await this.#cache.delete(this.#key('compileFirmware', sourceParts(complete)));
      const rebuilt = await this.#compile(complete);
      return this.#fetchFirmware(rebuilt.location);
    });
  }

  /** Ends what is running with `MOERGO_CLOSED`, and closes the cache if the client made it. Safe to call twice. */
  close(): Promise<void> {
    this.#closed ??= this.#shutDown();
    return this.#closed;
  }

  async #shutDown(): Promise<void> {
    this.#transport.close();
    // The cache stays open until nobody is about to write to it.
    await Promise.allSettled([...this.#running]);
    if (this.#ownsCache) await this.#cache.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #compile(request: CompleteFirmwareRequest, options?: CallOptions): Promise<CompiledFirmware> {
    const operation = 'compileFirmware';
    return this.#cached(operation, sourceParts(request), options, async () => {
      const { version, uuid, keymap, kconfig, board } = request;
      const path = `firmware/${version}/${uuid}`;
      const answer = await this.#transport.postJson(operation, path, { keymap, kconfig, board }, compileResponseSchema);
      return { location: answer.location };
    });
  }

  async #fetchFirmware(location: string): Promise<Uint8Array> {
    const operation = 'downloadFirmware';
    const body = await this.#transport.getBytes(operation, location);
    return unpackFirmware(operation, body, this.#settings.maxFirmwareBytes);
  }

  #key(operation: Operation, parts: readonly string[]): string {
    return CacheKey.fromParts('moergo', KEY_FORMAT, this.#settings.scope, operation, ...parts);
  }

  async #cached<T>(
    operation: Operation,
    parts: readonly string[],
    options: CallOptions | undefined,
    load: () => Promise<T>,
  ): Promise<T> {
    if (this.#closed !== undefined) throw closedError(operation);
    const signal = options?.signal;
    if (signal?.aborted === true) throw abortedError(operation, signal);
    const result = this.#cache.getOrSet(this.#key(operation, parts), load, {
      ttl: LIFETIMES[operation],
      tags: ['moergo', operation],
    });
    this.#running.add(result);
    const done = () => this.#running.delete(result);
    result.then(done, done);
    return untilAborted(operation, result, signal);
  }
}

function sourceParts(request: CompleteFirmwareRequest): string[] {
  return [request.version, request.uuid, request.board, request.keymap, request.kconfig];
}

/** An answer about another layout would be kept for 30 days under the wrong name. */
function checkIsAbout(operation: Operation, uuid: string, meta: LayoutMeta): void {
  if (meta.uuid.toLowerCase() === uuid) return;
  throw fieldError('MOERGO_BAD_RESPONSE', 'layout_meta.uuid', meta.uuid, `the uuid asked for, ${uuid}`, { operation });
}
