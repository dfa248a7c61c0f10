export { COMPRESSION_ALGORITHMS, type CompressionAlgorithm } from './codecs/algorithms.js';
export { type CompressOptions, compress } from './codecs/compress.js';
export { type EncryptOptions, encrypt } from './codecs/encrypt.js';
