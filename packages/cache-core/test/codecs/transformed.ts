import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import type { EncodedValue, StoredEntry } from '@glovebox/cache-core';
import { MapCache } from '../support/map-cache.js';

/** What is stored for a key. */
export function storedBytes(cache: MapCache, key: string): Buffer {
  const data = payloadOf(cache, key).data;
  return typeof data === 'string' ? Buffer.from(data) : Buffer.from(data);
}

export function payloadOf(cache: MapCache, key: string): EncodedValue {
  return entryOf(cache, key).payload;
}

export function entryOf(cache: MapCache, key: string): StoredEntry {
  const entry = cache.store.get(key);
  if (entry === undefined) throw new Error(`there is no ${key}`);
  return entry;
}

/** Puts other bytes in the place of those that are stored, as something behind the cache's back would. */
export function plant(cache: MapCache, key: string, data: Uint8Array): void {
  cache.store.set(key, { ...entryOf(cache, key), payload: { encoding: 'sealed', data } });
}

/** A cache of other options over the same store. */
export function reopen(cache: MapCache, options: ConstructorParameters<typeof MapCache>[0]): MapCache {
  const other = new MapCache(options);
  for (const [key, entry] of cache.store) other.store.set(key, entry);
  return other;
}

export const LAYOUT = {
  title: 'Glove80',
  layers: Array.from({ length: 200 }, (_, index) => ({ index, keys: ['&kp A', '&trans'] })),
};

/** As `encrypt()` writes it, from its description and without its code. */
export function sealByHand(secret: Uint8Array, plain: Uint8Array, encodingByte: number, key: string): Buffer {
  const id = createHmac('sha256', secret).update('glovebox-cache key id').digest().subarray(0, 8);
  const nonce = randomBytes(12);
  const header = Buffer.concat([Buffer.of(0x45, 1, encodingByte), id, nonce]);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce);
  cipher.setAAD(Buffer.concat([header, Buffer.from(key)]));
  return Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}
