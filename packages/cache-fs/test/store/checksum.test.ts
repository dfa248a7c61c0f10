import { crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { blobChecksum, checksumText, crc32, portableCrc32 } from '../../src/store/checksum.js';

describe('the checksum', () => {
  it('is the CRC-32 of gzip, also where Node has none of its own', () => {
    expect(checksumText(crc32('123456789'))).toBe('cbf43926');
    for (const data of ['', 'a', 'é€🗝', Buffer.from([0, 255, 128]), Buffer.alloc(5_000, 7)]) {
      expect(portableCrc32(data)).toBe(zlibCrc32(data));
      expect(portableCrc32(data, 0xdeadbeef)).toBe(zlibCrc32(data, 0xdeadbeef));
    }
  });

  it('can be continued', () => {
    expect(portableCrc32('world', portableCrc32('hello '))).toBe(portableCrc32('hello world'));
  });
});

describe('the checksum of a blob', () => {
  const bytes = Uint8Array.from({ length: 1_000 }, (_, index) => index * 7);

  it('is a GMAC with a key and a nonce of zeros', () => {
    // The tag of the empty text is in the specification of GCM, as test case 1.
    expect(blobChecksum(new Uint8Array())).toBe('58e2fccefa7e3061367f1d57a4e7455a');
    // By OpenSSL's own command, see docs/on-disk-format.md.
    expect(blobChecksum(new Uint8Array(1_000))).toBe('91b1bb0976bf0086c2fb7934eb3cd460');
  });

  it('is the same however the bytes are passed on', () => {
    for (const chunkBytes of [1, 16, 100, 999, 1_000])
      expect(blobChecksum(bytes, chunkBytes)).toBe(blobChecksum(bytes));
  });

  it('tells every flipped bit, and bytes that are missing or added', () => {
    const seen = new Set([blobChecksum(bytes), blobChecksum(bytes.subarray(1)), blobChecksum(bytes.subarray(0, 999))]);
    for (let bit = 0; bit < bytes.length * 8; bit += 5) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      seen.add(blobChecksum(flipped));
    }
    expect(seen.size).toBe(3 + (bytes.length * 8) / 5);
  });
});
