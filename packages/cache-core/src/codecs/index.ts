export { COMPRESSION_ALGORITHMS, type CompressionAlgorithm } from './algorithms.js';
export { type CompressOptions, compress } from './compress.js';
export { type EncryptOptions, encrypt } from './encrypt.js';
