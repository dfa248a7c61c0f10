import type { CacheManager, CacheMetadata } from '@glovebox/cache-core';
import { createMemoryCache } from '@glovebox/cache-memory';
import { expect, onTestFinished } from 'vitest';
import {
  createMoergoClient,
  createMoergoServer,
  isMoErgoError,
  type MoErgoError,
  type MoErgoErrorCode,
  type MoergoClient,
  type MoergoServer,
  type MoergoServerOptions,
  type MoergoServiceOptions,
  SAMPLE_UUIDS,
} from '../src/index.js';

export const UUID = SAMPLE_UUIDS[0];
export const OTHER_UUID = SAMPLE_UUIDS[1];
export const BUILD = { version: 'v25.05', uuid: UUID, keymap: '/ { keymap { }; };' };

export interface Setup {
  cache: CacheManager;
  server: MoergoServer;
  client: MoergoClient;
  /** How long the client waited between tries, in milliseconds. */
  waits: number[];
}

/** A server, a cache and a client, all real, gone after the test. Waits between tries are noted and not made. */
export async function setUp(
  options: MoergoServiceOptions = {},
  serverOptions: MoergoServerOptions = {},
): Promise<Setup> {
  const server = await createMoergoServer(serverOptions);
  const cache = createMemoryCache();
  const waits: number[] = [];
  const client = createMoergoClient({
    cache,
    baseUrl: server.baseUrl,
    sleep: async (milliseconds) => waits.push(milliseconds),
    ...options,
  });
  onTestFinished(async () => {
    await client.close();
    await cache.close();
    await server.close();
  });
  return { cache, server, client, waits };
}

/** The error that `promise` rejects with: of `code`, else the test fails. */
export async function failure(promise: Promise<unknown>, code: MoErgoErrorCode): Promise<MoErgoError> {
  const error: unknown = await promise.then(
    () => expect.fail(`resolved instead of rejecting with ${code}`),
    (reason: unknown) => reason,
  );
  if (!isMoErgoError(error)) throw error;
  expect(error.code, error.message).toBe(code);
  return error;
}

/** The metadata of all entries. */
export async function entriesOf(cache: CacheManager): Promise<CacheMetadata[]> {
  const entries: CacheMetadata[] = [];
  for await (const key of cache.keys()) {
    const metadata = await cache.getMetadata(key);
    if (metadata !== undefined) entries.push(metadata);
  }
  return entries;
}

/** A promise and what resolves it: tests hold an answer back with it instead of sleeping. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
