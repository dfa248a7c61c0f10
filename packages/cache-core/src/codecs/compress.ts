import { CacheError } from '../errors.js';
import { checkOptions, describeValue, optionRules } from '../options.js';
import type { Codec, CodecTransform, EncodedValue } from '../types.js';
import {
  algorithmOf,
  bestAlgorithm,
  COMPRESSION_ALGORITHMS,
  type CompressionAlgorithm,
  PACKERS,
} from './algorithms.js';
import {
  bytesOf,
  corrupt,
  encodingByte,
  isEncrypting,
  joined,
  payloadOf,
  SEAL,
  sealedBytes,
  unreadable,
} from './sealed.js';

export interface CompressOptions {
  /**
   * How values are compressed; reads undo all three, as far as their Node can: zstd is there from 22.15 and 23.8 on.
   * @default 'zstd', or 'brotli' where Node has no zstd
   */
  algorithm?: CompressionAlgorithm | undefined;
  /** zstd 1 to 19, brotli 0 to 11, gzip 1 to 9. Higher ones take much longer for a little less. @default 3, 4 and 6 */
  level?: number | undefined;
  /** Smaller values, as they are encoded, stay as they are. In bytes. @default 1024 */
  minBytes?: number | undefined;
  /**
   * Most bytes that a read decompresses to: an entry of more is a miss, and a larger value is stored as it is. The event
   * loop waits while they are compressed. @default 67108864 (64 MiB)
   */
  maxOutputBytes?: number | undefined;
}

const OPTION_RULES = {
  algorithm: optionRules.oneOf(...COMPRESSION_ALGORITHMS),
  level: (value: unknown) => (typeof value === 'number' && Number.isSafeInteger(value) ? undefined : 'a whole number'),
  minBytes: optionRules.positiveInteger,
  maxOutputBytes: optionRules.positiveInteger,
} as const;

const DEFAULT_MIN_BYTES = 1024;
const DEFAULT_MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
/** What saves less than a tenth is not worth decompressing at each read. */
const WORTHWHILE = 0.9;

/** Seal, algorithm, encoding, and the size of what is inside in six bytes. */
const HEADER_BYTES = 9;
const SIZE_AT = 3;
const SIZE_BYTES = 6;

/**
 * Values are stored compressed, if that makes them a tenth smaller or more.
 * @throws CacheError `CACHE_INVALID_CONFIG`, also for an algorithm that this Node lacks
 */
export function compress(options: CompressOptions = {}): CodecTransform {
  checkOptions('compress', options, OPTION_RULES);
  const {
    algorithm = bestAlgorithm,
    minBytes = DEFAULT_MIN_BYTES,
    maxOutputBytes = DEFAULT_MAX_OUTPUT_BYTES,
  } = options;
  const packer = PACKERS[algorithm];
  const { level = packer.defaultLevel } = options;
  const [lowest, highest] = packer.levels;
  if (!packer.isAvailable) {
    throw invalid(
      `algorithm is '${algorithm}', which Node ${process.versions.node} lacks; allowed are 'brotli' and 'gzip'`,
    );
  }
  if (level < lowest || level > highest) {
    throw invalid(`level is ${describeValue(level)}; allowed is ${lowest} to ${highest} for '${algorithm}'`);
  }

  return (inner: Codec): Codec => {
    if (isEncrypting(inner)) {
      throw invalid(
        'it comes after encrypt() among the transforms; allowed is before it, for cipher text does not shrink',
      );
    }
    return {
      encode(value, isUsedAtOnce, key) {
        const payload = inner.encode(value, isUsedAtOnce, key);
        const sizeBytes = inner.sizeOf(payload);
        if (sizeBytes < minBytes || sizeBytes > maxOutputBytes) return payload;
        const packed = packer.pack(bytesOf(payload), level);
        if (HEADER_BYTES + packed.byteLength > sizeBytes * WORTHWHILE) return payload;
        const header = Buffer.alloc(HEADER_BYTES);
        header.set([SEAL.compressed, packer.id, encodingByte(payload.encoding)]);
        header.writeUIntBE(sizeBytes, SIZE_AT, SIZE_BYTES);
        return { encoding: 'sealed', data: joined(header, packed) };
      },

      decode(payload, isLast, key) {
        const sealed = sealedBytes(payload, SEAL.compressed);
        if (sealed === undefined) return inner.decode(payload, isLast, key);
        return inner.decode(unpack(sealed, maxOutputBytes), true, key);
      },

      sizeOf: (payload) => inner.sizeOf(payload),
    };
  };
}

function unpack(sealed: Buffer, maxOutputBytes: number): EncodedValue {
  if (sealed.byteLength < HEADER_BYTES) throw corrupt('is cut');
  const algorithm = algorithmOf(sealed[1]);
  if (algorithm === undefined) throw unreadable('is compressed by an algorithm that this version does not know');
  const packer = PACKERS[algorithm];
  if (!packer.isAvailable) throw unreadable(`is compressed by ${algorithm}, which Node ${process.versions.node} lacks`);
  const sizeBytes = sealed.readUIntBE(SIZE_AT, SIZE_BYTES);
  if (sizeBytes > maxOutputBytes) {
    throw unreadable(`decompresses to ${sizeBytes} bytes; allowed are ${maxOutputBytes} (maxOutputBytes)`);
  }
  let bytes: Buffer;
  try {
    bytes = packer.unpack(sealed.subarray(HEADER_BYTES), Math.max(1, sizeBytes));
  } catch {
    // More than its header says, or no such format: whichever, it is not what was written.
    throw corrupt('does not decompress to what was written');
  }
  if (bytes.byteLength !== sizeBytes) throw corrupt('does not decompress to what was written');
  return payloadOf(sealed[2], bytes);
}

function invalid(what: string): CacheError {
  return new CacheError('CACHE_INVALID_CONFIG', `compress: ${what}`);
}
