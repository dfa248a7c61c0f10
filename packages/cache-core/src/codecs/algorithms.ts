import * as zlib from 'node:zlib';

export type CompressionAlgorithm = 'zstd' | 'brotli' | 'gzip';

export interface Packer {
  /** Stands for the algorithm in what is stored. */
  readonly id: number;
  /** Of `compress`, lowest and highest. */
  readonly levels: readonly [number, number];
  readonly defaultLevel: number;
  /** `false` in versions of Node that lack it. */
  readonly isAvailable: boolean;
  pack(bytes: Uint8Array, level: number): Buffer;
  /** @throws an error of code `ERR_BUFFER_TOO_LARGE` as soon as there are more than `maxBytes` */
  unpack(bytes: Uint8Array, maxBytes: number): Buffer;
}

/**
 * The largest window of zstd's levels up to 19, 8 MB. A frame may ask for sixteen times that, to be reserved before a
 * byte comes out.
 */
const MAX_ZSTD_WINDOW_LOG = 23;
const MAX_CHUNK_BYTES = 128 * 1024;

/** One buffer for the whole of a small output; not more on the word of a header. */
function chunkFor(maxBytes: number): number {
  return Math.min(Math.max(maxBytes, 64), MAX_CHUNK_BYTES);
}

/** Each of them undoes what it has done, in one go: sets and reads of what is packed wait for it. */
export const PACKERS: Readonly<Record<CompressionAlgorithm, Packer>> = {
  zstd: {
    id: 3,
    levels: [1, 19],
    defaultLevel: 3,
    // From Node 22.15 and 23.8 on.
    isAvailable: typeof zlib.zstdCompressSync === 'function',
    pack: (bytes, level) =>
      zlib.zstdCompressSync(bytes, {
        params: { [zlib.constants.ZSTD_c_compressionLevel]: level, [zlib.constants.ZSTD_c_checksumFlag]: 1 },
      }),
    unpack: (bytes, maxBytes) =>
      zlib.zstdDecompressSync(bytes, {
        params: { [zlib.constants.ZSTD_d_windowLogMax]: MAX_ZSTD_WINDOW_LOG },
        maxOutputLength: maxBytes,
        chunkSize: chunkFor(maxBytes),
      }),
  },
  brotli: {
    id: 2,
    levels: [0, 11],
    defaultLevel: 4,
    isAvailable: true,
    pack: (bytes, level) =>
      zlib.brotliCompressSync(bytes, {
        params: {
          [zlib.constants.BROTLI_PARAM_QUALITY]: level,
          [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
        },
      }),
    unpack: (bytes, maxBytes) =>
      zlib.brotliDecompressSync(bytes, { maxOutputLength: maxBytes, chunkSize: chunkFor(maxBytes) }),
  },
  gzip: {
    id: 1,
    levels: [1, 9],
    defaultLevel: 6,
    isAvailable: true,
    pack: (bytes, level) => zlib.gzipSync(bytes, { level }),
    unpack: (bytes, maxBytes) => zlib.gunzipSync(bytes, { maxOutputLength: maxBytes, chunkSize: chunkFor(maxBytes) }),
  },
};

export const COMPRESSION_ALGORITHMS = ['zstd', 'brotli', 'gzip'] as const satisfies readonly CompressionAlgorithm[];

/** What compresses best for its time, of what this Node has. */
export const bestAlgorithm: CompressionAlgorithm = PACKERS.zstd.isAvailable ? 'zstd' : 'brotli';

export function algorithmOf(id: number | undefined): CompressionAlgorithm | undefined {
  return COMPRESSION_ALGORITHMS.find((name) => PACKERS[name].id === id);
}
