import { copyValue } from '../clone.js';
import { copierSource } from './copier-source.js';
import { shapeOf, signatureOf } from './shape.js';

type Copier = (value: unknown) => unknown;

/** Copies of one value after which code is made for its shape, which takes as long as a hundred copies of a small one. */
const COPIES_BEFORE_CODE = 32;
/** Shapes that code is made for. It stays for the life of the process. */
const MAX_SHAPES = 256;
/** Longest signature that code is made for, in UTF-16 units: the code is up to ten times as long. */
const MAX_SIGNATURE_LENGTH = 4_096;

const copiers = new Map<string, Copier>();
let canGenerateCode = true;

/**
 * An object that nobody else can change, to be copied often. After some copies, code is made that copies what is built
 * like it, two to fifteen times as fast as {@link copyValue}, which looks at each part. Where the process may make no
 * code from strings (`--disallow-code-generation-from-strings`), it copies as before.
 */
export class Snapshot {
  /** What {@link cloneValue} or a decoder has made. */
  readonly value: object;
  #copies = 0;
  #copier: Copier | undefined;

  constructor(value: object) {
    this.value = value;
  }

  copy(): unknown {
    const copier = this.#copier;
    if (copier !== undefined) return copier(this.value);
    if (++this.#copies >= COPIES_BEFORE_CODE) this.#copier = copierOf(this.value);
    return copyValue(this.value);
  }
}

/** What is kept of a value that nobody else can change: a {@link Snapshot} of an object, and what can't be changed as it is. */
export function snapshotOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? new Snapshot(value) : value;
}

/** A value of the caller's own of what {@link snapshotOf} has made. */
export function copyOf(kept: unknown): unknown {
  return kept instanceof Snapshot ? kept.copy() : kept;
}

function copierOf(value: object): Copier {
  if (!canGenerateCode) return copyValue;
  const shape = shapeOf(value);
  const signature = signatureOf(shape);
  const known = copiers.get(signature);
  if (known !== undefined) return known;
  if (shape.kind === 'unknown' || signature.length > MAX_SIGNATURE_LENGTH || copiers.size >= MAX_SHAPES) {
    return copyValue;
  }
  try {
    const copier: Copier = new Function('copyValue', copierSource(shape))(copyValue);
    copiers.set(signature, copier);
    return copier;
  } catch {
    canGenerateCode = false;
    return copyValue;
  }
}
