export interface BenchmarkValue {
  readonly name: string;
  readonly sizeBytes: number;
  /** Keys that hold the value while it is measured. */
  readonly storedKeys: number;
  /** The same value at each call, in an object of its own. */
  make(): unknown;
}

const SMALL_BYTES = 536;
const LARGE_BYTES = 1024 * 1024;

export const VALUES: readonly BenchmarkValue[] = [
  { name: '536 B of JSON', sizeBytes: SMALL_BYTES, storedKeys: 64, make: smallDocument },
  { name: '1 MB of bytes', sizeBytes: LARGE_BYTES, storedKeys: 4, make: largeBytes },
];

/** Nested as documents are, its title as long as it takes. */
function smallDocument(): unknown {
  const layers = [0, 1, 2].map((layer) => ({
    name: `layer ${layer}`,
    keys: ['Q', 'W', 'E'].map((code, position) => ({ code, at: [layer * 1.5, position], isHeld: position === layer })),
  }));
  const document = { title: '', version: 3, parent: null, layers };
  document.title = 'x'.repeat(SMALL_BYTES - JSON.stringify(document).length);
  return document;
}

/** Bytes that do not compress: the multiplier and increment of Numerical Recipes' quick generator. */
function largeBytes(): Uint8Array {
  const bytes = new Uint8Array(LARGE_BYTES);
  let state = 1;
  for (let index = 0; index < bytes.length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}
