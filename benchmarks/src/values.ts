import type { Value } from './subject.js';

export interface ValueKind {
  readonly name: string;
  /** Bytes of the value as JSON, or of the bytes themselves. */
  readonly sizeBytes: number;
  readonly isBytes: boolean;
  /** The same value at each call, and a new object. */
  create(): Value;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** The first is the one that quick runs use. */
export const valueKinds: readonly ValueKind[] = [
  { name: '536 B', sizeBytes: 536, isBytes: false, create: () => nestedJson(536) },
  { name: '20 B', sizeBytes: 20, isBytes: false, create: () => paddedTo(20, { title: '' }) },
  { name: '64 KB', sizeBytes: 64 * KIB, isBytes: false, create: () => nestedJson(64 * KIB) },
  { name: '1 MB', sizeBytes: MIB, isBytes: false, create: () => nestedJson(MIB) },
  { name: '1 MB bytes', sizeBytes: MIB, isBytes: true, create: () => bytes(MIB) },
];

/** A keyboard layout in small: layers of key bindings with nested parameters, exactly `sizeBytes` long as JSON. */
function nestedJson(sizeBytes: number): Value {
  const layers: object[] = [];
  const value = { title: '', keyboard: 'glove80', version: 3, locked: false, parent: null, layers };
  let length = jsonLength(value);
  for (let position = 0; ; position++) {
    const layer = { name: `layer ${position}`, keys: [0, 1, 2].map((key) => binding(position, key)) };
    // One more for the comma.
    length += jsonLength(layer) + 1;
    if (length > sizeBytes) return paddedTo(sizeBytes, value);
    layers.push(layer);
  }
}

function binding(layer: number, key: number): Value {
  const modified = { value: 'LS', params: [{ value: `N${(layer + key) % 10}`, params: [] }] };
  return { value: '&kp', params: key === 1 ? [modified] : [{ value: 'A', params: [] }], at: [layer * 1.5, key] };
}

/** The title takes up what is missing. */
function paddedTo<T extends { title: string }>(sizeBytes: number, value: T): T {
  value.title = 'x'.repeat(sizeBytes - jsonLength(value));
  return value;
}

function jsonLength(value: Value): number {
  return JSON.stringify(value).length;
}

function bytes(sizeBytes: number): Value {
  const value = new Uint8Array(sizeBytes);
  let state = 1;
  for (let position = 0; position < sizeBytes; position++) {
    // The generator of ANSI C: what matters is that the bytes are the same each time and don't compress.
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    value[position] = state >>> 16;
  }
  return value;
}
