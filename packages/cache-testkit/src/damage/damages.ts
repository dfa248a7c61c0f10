import { createHash } from 'node:crypto';

/** The stored bytes of an entry, in the parts that its backend reads. */
export type Parts = readonly Uint8Array[];

/** Changed bytes of an entry. */
export interface Damage {
  /** Completes "the stored bytes of 'key': ". */
  readonly what: string;
  /** `undefined` for a part that is gone. */
  readonly parts: readonly (Uint8Array | undefined)[];
}

/** One bit flipped: every one of every part, or one in `stride`. */
export function* flippedBits(parts: Parts, stride = 1): Generator<Damage> {
  for (const [index, part] of parts.entries()) {
    for (let bit = 0; bit < part.byteLength * 8; bit += stride) {
      const changed = new Uint8Array(part);
      const byte = bit >> 3;
      changed[byte] = (changed[byte] ?? 0) ^ (1 << (bit & 7));
      yield replaced(parts, index, changed, `bit ${bit & 7} of byte ${byte} is flipped`);
    }
  }
}

/** Cut after every length from 0 on, or after one in `stride`; a part that is gone altogether comes last. */
export function* cuts(parts: Parts, stride = 1): Generator<Damage> {
  for (const [index, part] of parts.entries()) {
    for (let length = 0; length < part.byteLength; length += stride) {
      yield replaced(parts, index, part.slice(0, length), `cut to ${length} of ${part.byteLength} bytes`);
    }
    yield replaced(parts, index, undefined, 'gone');
  }
}

/** Bytes added at the end or the beginning, a line break and the entry itself among them. */
export function* additions(parts: Parts, random: () => number): Generator<Damage> {
  for (const [index, part] of parts.entries()) {
    const extras = [
      ...['\n', ' ', '\0', '}', ',"a":1'].map((text) => Buffer.from(text)),
      part,
      randomBytes(20, random),
    ];
    for (const extra of extras) {
      yield replaced(parts, index, Buffer.concat([part, extra]), `${extra.byteLength} bytes added at the end`);
      yield replaced(parts, index, Buffer.concat([extra, part]), `${extra.byteLength} bytes added at the beginning`);
    }
  }
}

/** Random bytes instead of a part: some as long as it was, some not. */
export function* garbage(parts: Parts, random: () => number, count: number): Generator<Damage> {
  for (const [index, part] of parts.entries()) {
    for (let round = 0; round < count; round++) {
      const length = round % 2 === 0 ? part.byteLength : Math.floor(random() * 2 * (part.byteLength + 1));
      yield replaced(parts, index, randomBytes(length, random), `${length} random bytes instead`);
    }
  }
}

/** What other programs write: JSON of other shapes, other formats' first bytes, holes of a file system. */
const FOREIGN: readonly (readonly [string, string | Uint8Array])[] = [
  ['null', 'null'],
  ['a number', '1'],
  ['an empty object', '{}'],
  ['an empty list', '[]'],
  ['a list', '[1,2,3]'],
  ['an empty text', '""'],
  ['an object with a value', '{"key":"key","value":1,"expiresAt":null}'],
  ['an object with __proto__', '{"__proto__":{"value":1,"polluted":true}}'],
  ['deep nesting', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ['a line of text', 'hello\n'],
  ['HTML', '<!doctype html><title>404</title>'],
  ['the head of a gzip file', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3)],
  ['a byte order mark', '\uFEFF{}'],
  ['text that is not UTF-8', Uint8Array.of(0xc3, 0x28, 0xff, 0xfe)],
  ['zeros', new Uint8Array(512)],
];

/** Foreign bytes instead of a part, or zeros where it was. */
export function* foreignBytes(parts: Parts): Generator<Damage> {
  for (const [index, part] of parts.entries()) {
    for (const [what, content] of FOREIGN) yield replaced(parts, index, Buffer.from(content), `${what} instead`);
    yield replaced(parts, index, new Uint8Array(part.byteLength), 'zeros of the same length instead');
  }
}

/** Damage that everybody would see: nothing left, half left, random bytes of the same length. */
export function plainDamages(parts: Parts, random: () => number): Damage[] {
  return [
    { what: 'emptied', parts: parts.map(() => new Uint8Array()) },
    { what: 'cut to half their length', parts: parts.map((part) => part.slice(0, part.byteLength >> 1)) },
    {
      what: 'random bytes of the same length instead',
      parts: parts.map((part) => randomBytes(part.byteLength, random)),
    },
  ];
}

function replaced(parts: Parts, index: number, part: Uint8Array | undefined, what: string): Damage {
  const of = parts.length === 1 ? '' : `part ${index + 1} of ${parts.length}: `;
  return { what: `${of}${what}`, parts: parts.map((other, position) => (position === index ? part : other)) };
}

/** Random bytes that the next number of `random` decides. */
export function randomBytes(length: number, random: () => number): Uint8Array {
  const seed = random();
  const blocks: Uint8Array[] = [];
  for (let size = 0; size < length; size += 32) blocks.push(createHash('sha256').update(`${seed}:${size}`).digest());
  return Buffer.concat(blocks, length);
}
