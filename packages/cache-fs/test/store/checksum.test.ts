import { crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checksumText, crc32, portableCrc32 } from '../../src/store/checksum.js';

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
