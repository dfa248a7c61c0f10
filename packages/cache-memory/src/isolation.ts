import { CacheError, type Codec, cloneValue, copyOf, type Isolation, Snapshot, snapshotOf } from '@glovebox/cache-core';
import { estimateSize } from './estimate-size.js';

/** Copies at `set` and at each read. The copy made at `set` is known to be sound: reads need not check it again. */
const cloneCodec: Codec<unknown> = {
  encode: (value) => snapshotOf(cloneValue(value)),
  decode: copyOf,
  sizeOf: (payload) => estimateSize(held(payload), true),
};

/** Copies at `set`, and at each read only what freezing can't protect. No caller's value is a snapshot: class instances are refused. */
const freezeCodec: Codec<unknown> = {
  encode(value) {
    const copy = cloneValue(value);
    return freezeDeeply(copy) ? copy : snapshotOf(copy);
  },
  decode: copyOf,
  sizeOf: (payload) => estimateSize(held(payload), true),
};

const referenceCodec: Codec<unknown> = {
  encode(value) {
    const refused = unfitForAwait(value);
    if (refused === undefined) return value;
    throw new CacheError('CACHE_UNSERIALIZABLE', `the value is ${refused}, which no read could return as it is`);
  },
  decode: (payload) => payload,
  sizeOf: (payload) => estimateSize(payload, false),
};

const CODECS: Readonly<Record<Isolation, Codec<unknown>>> = {
  clone: cloneCodec,
  freeze: freezeCodec,
  reference: referenceCodec,
};

/** The codec that keeps values apart in the way asked for. */
export function codecFor(isolation: Isolation): Codec<unknown> {
  return CODECS[isolation];
}

function held(payload: unknown): unknown {
  return payload instanceof Snapshot ? payload.value : payload;
}

/** Freezes all that can be frozen of a value of our own; whether nothing in it can be changed now. */
function freezeDeeply(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  let isProtected = isFreezable(value);
  if (!isProtected) return false;
  for (const item of Object.values(value)) if (!freezeDeeply(item)) isProtected = false;
  Object.freeze(value);
  return isProtected;
}

function isFreezable(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What `await` would not hand on: a thenable is called instead. Functions and symbols are refused in every isolation. */
function unfitForAwait(value: unknown): string | undefined {
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  if (typeof value !== 'object' || value === null) return undefined;
  return typeof Reflect.get(value, 'then') === 'function' ? 'a promise, or has a method then' : undefined;
}
