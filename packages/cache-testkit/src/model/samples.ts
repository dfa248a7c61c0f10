/** A value that a command stores. */
export interface Sample {
  /** What the caller hands to the cache: a new one each time, since callers may change what they handed over. */
  make(): unknown;
  toString(): string;
}

/** Bytes that a command stores piece by piece. */
export interface StreamSample extends Sample {
  /** New ones each time, as a source makes them. */
  pieces(): readonly Uint8Array[];
}

function sample(text: string, make: () => unknown): Sample {
  return { make, toString: () => text };
}

/** A text of its own for each of so many numbers, so that an older value is told from a newer one. */
const PLAIN: readonly Sample[] = Array.from({ length: 12 }, (_, index) =>
  sample(`'value ${index}'`, () => `value ${index}`),
);

const STRANGE: readonly Sample[] = [
  sample('null', () => null),
  sample('0', () => 0),
  sample("''", () => ''),
  sample('false', () => false),
  sample('NaN', () => Number.NaN),
  sample('-0', () => -0),
  sample('an object', () => ({ nested: [1, { deep: undefined }], 'a b': new Date(86_400_000) })),
  sample(
    'a Map',
    () =>
      new Map<unknown, unknown>([
        ['1', 1n],
        [1, new Set(['a', null])],
      ]),
  ),
  sample('__proto__ as data', () => JSON.parse('{"__proto__":{"polluted":true}}')),
  sample('a RegExp', () => /a\/b/giu),
  sample('bytes', () => Uint8Array.from({ length: 90 }, (_, index) => index)),
  sample('a Buffer', () => Buffer.from('€'.repeat(20))),
];

const SIZED: readonly Sample[] = [
  sample('100 letters', () => 'x'.repeat(100)),
  sample('100 euros', () => '€'.repeat(100)),
  sample('800 letters', () => 'y'.repeat(800)),
];

function streamSample(lengthBytes: number, pieceBytes: number): StreamSample {
  const all = Buffer.from(Array.from({ length: lengthBytes }, (_, index) => index % 251));
  const make = () => Buffer.from(all);
  return {
    make,
    pieces() {
      const bytes = make();
      const count = Math.ceil(lengthBytes / pieceBytes);
      return Array.from({ length: count }, (_, index) => bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes));
    },
    toString: () => `${lengthBytes} bytes in pieces of ${pieceBytes}`,
  };
}

export const STREAM_SAMPLES: readonly StreamSample[] = [
  streamSample(3, 1),
  streamSample(0, 1),
  streamSample(200, 60),
  streamSample(900, 90),
];

/** The simplest first: a failure shrinks towards it. */
export const SAMPLES: readonly Sample[] = [...PLAIN, ...STRANGE, ...SIZED];

/** As far as this, sums are known beforehand, and so can be measured. */
export const LARGEST_SUM = 4;
const SUMS: readonly Sample[] = Array.from({ length: 2 * LARGEST_SUM + 1 }, (_, index) =>
  sample(String(index - LARGEST_SUM), () => index - LARGEST_SUM),
);

/** The sample that is the number. */
export function numberSample(number: number): Sample {
  const known = [...STRANGE, ...SUMS].find(({ make }) => Object.is(make(), number));
  return known ?? sample(String(number), () => number);
}

/** All that may come to be stored. */
export const STORED_SAMPLES: readonly Sample[] = [...SAMPLES, ...SUMS, ...STREAM_SAMPLES];

/** Those whose sizes are far apart: what limits in bytes are about. */
export const SIZED_SAMPLES: readonly Sample[] = SIZED;

/** Does what a careless caller does to an object that is still in use elsewhere. */
export function spoil(value: unknown): void {
  if (Array.isArray(value)) value.push('spoilt');
  else if (value instanceof Map) value.set('spoilt', true);
  else if (value instanceof Uint8Array) value.fill(0xee);
  else if (typeof value === 'object' && value !== null) Reflect.set(value, 'spoilt', true);
}
