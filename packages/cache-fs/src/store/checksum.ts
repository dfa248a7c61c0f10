import * as zlib from 'node:zlib';

/** The reversed polynomial of CRC-32 as in ISO/IEC 3309 and gzip. */
const POLYNOMIAL = 0xedb88320;

let table: Uint32Array | undefined;

/** CRC-32 of bytes, or of text as UTF-8, continued from `start`. Finds every error of up to 32 neighbouring bits. */
export const crc32: (data: Uint8Array | string, start?: number) => number = zlib.crc32 ?? portableCrc32;

/** For Node before 20.15 and 22.2, whose zlib has none. */
export function portableCrc32(data: Uint8Array | string, start = 0): number {
  table ??= createTable();
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  let crc = ~start;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

function createTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    return crc;
  });
}

/** Eight hexadecimal digits. */
export function checksumText(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
