import type { Session, Value } from '../subject.js';

/** How values become what a store of text and bytes can hold, and back. */
export interface Codec {
  encode(value: Value): string | Uint8Array;
  decode(stored: string | Uint8Array): unknown;
}

const jsonCodec: Codec = {
  encode: (value) => JSON.stringify(value),
  decode: (stored) => JSON.parse(typeof stored === 'string' ? stored : Buffer.from(stored).toString()),
};

const bytesCodec: Codec = {
  encode: (value) => (value instanceof Uint8Array ? value : JSON.stringify(value)),
  decode: (stored) => stored,
};

export function codecFor(holdsBytes: boolean): Codec {
  return holdsBytes ? bytesCodec : jsonCodec;
}

/** What a program writes around an asynchronous store without a `getOrSet` of its own. */
export function lookAside({ get, set }: Pick<Session, 'get' | 'set'>): Session['getOrSet'] {
  return async (key, factory) => {
    const found = await get(key);
    if (found !== undefined) return found;
    const value = factory();
    await set(key, value);
    return value;
  };
}
