import type { CacheManager, CacheMetadata } from '@glovebox/cache-core';
import { UnmetExpectation } from '../expect.js';
import type { Scene } from '../scene.js';
import { show } from '../show.js';
import type { CacheConfig } from '../target.js';

/** Every item of an iteration, in its order. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The keys that the cache lists, sorted. */
export async function listedKeys(cache: Pick<CacheManager, 'keys'>, prefix?: string): Promise<string[]> {
  return (await collect(prefix === undefined ? cache.keys() : cache.keys({ prefix }))).sort();
}

/** The metadata of an entry that must be there. */
export async function metadataOf(cache: CacheManager, key: string): Promise<CacheMetadata> {
  const metadata = await cache.getMetadata(key);
  if (metadata === undefined) throw new UnmetExpectation(`metadata of the entry that was stored`, 'undefined');
  return metadata;
}

/** Those of the keys that the cache still has, found without touching them. */
export async function survivors(cache: CacheManager, keys: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const key of keys) if (await cache.exists(key)) found.push(key);
  return found;
}

/** A cache that evicts, whatever policy is the backend's default. */
export function openEvicting(scene: Scene, config: CacheConfig): Promise<CacheManager> {
  return scene.open({ evictionPolicy: scene.evictingPolicy, ...config });
}

/** Stores `key 0`, `key 1`, …, a second apart, so that every policy can tell them apart. */
export async function fill(scene: Scene, cache: CacheManager, count: number, value: unknown = 1): Promise<string[]> {
  const keys: string[] = [];
  for (let index = 0; index < count; index++) {
    const key = `key ${index}`;
    await cache.set(key, value);
    await scene.advance(1_000);
    keys.push(key);
  }
  return keys;
}

/** A promise that the check settles. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void } {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  // A cache that never asks for the value must not bring the process down by a rejection that nobody handles.
  promise.catch(() => {});
  return { promise, resolve, reject };
}

/** The call rejects with the very error that a factory threw. */
export async function expectSameError(what: string, error: Error, call: () => Promise<unknown>): Promise<void> {
  const outcome = await call().then(
    (value) => ({ value }),
    (reason: unknown) => ({ reason }),
  );
  if ('reason' in outcome && outcome.reason === error) return;
  const came =
    'reason' in outcome ? `a rejection with ${show(outcome.reason)}` : `a resolution with ${show(outcome.value)}`;
  throw new UnmetExpectation(`${what} to reject with the very error of the factory`, came);
}
