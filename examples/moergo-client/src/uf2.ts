import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { fieldError, MoErgoError } from './errors.js';

// UF2, the USB flashing format: https://github.com/microsoft/uf2. Blocks of 512 bytes, little-endian.
const BLOCK_BYTES = 512;
const PAYLOAD_BYTES = 256;
const MAX_PAYLOAD_BYTES = 476;
const MAGIC_START_0 = 0x0a324655;
const MAGIC_START_1 = 0x9e5d5157;
const MAGIC_END = 0x0ab16f30;
const FLAG_FAMILY_ID = 0x2000;
const FAMILY_NRF52840 = 0xada52840;
const FLASH_START = 0x26000;

const gunzipAsync = promisify(gunzip);

/** The firmware image `payload` as UF2 blocks of 256 bytes. */
export function makeUf2(payload: Uint8Array): Uint8Array {
  const blockCount = Math.max(1, Math.ceil(payload.length / PAYLOAD_BYTES));
  const bytes = new Uint8Array(blockCount * BLOCK_BYTES);
  for (let block = 0; block < blockCount; block++) {
    const start = block * BLOCK_BYTES;
    const view = new DataView(bytes.buffer, start, BLOCK_BYTES);
    const header = [
      MAGIC_START_0,
      MAGIC_START_1,
      FLAG_FAMILY_ID,
      FLASH_START + block * PAYLOAD_BYTES,
      PAYLOAD_BYTES,
      block,
      blockCount,
      FAMILY_NRF52840,
    ];
    for (const [index, word] of header.entries()) view.setUint32(index * 4, word, true);
    bytes.set(payload.subarray(block * PAYLOAD_BYTES, (block + 1) * PAYLOAD_BYTES), start + 32);
    view.setUint32(BLOCK_BYTES - 4, MAGIC_END, true);
  }
  return bytes;
}

/** Why `bytes` are not whole UF2 blocks, `undefined` if they are. */
export function uf2Fault(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'empty';
  if (bytes.length % BLOCK_BYTES !== 0) return `${bytes.length} bytes, not a multiple of ${BLOCK_BYTES}`;
  const blockTotal = bytes.length / BLOCK_BYTES;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let block = 0; block < blockTotal; block++) {
    const start = block * BLOCK_BYTES;
    const word = (offset: number) => view.getUint32(start + offset, true);
    if (word(0) !== MAGIC_START_0 || word(4) !== MAGIC_START_1 || word(BLOCK_BYTES - 4) !== MAGIC_END) {
      return `without the UF2 magic numbers in block ${block}`;
    }
    // A Glove80 file is two images in a row, one for each half, so a block's count may be below the file's.
    const [payloadBytes, index, count] = [word(16), word(20), word(24)];
    if (payloadBytes > MAX_PAYLOAD_BYTES || index >= count || count > blockTotal) {
      return `wrong in its block ${block}: number ${index} of ${count}, ${payloadBytes} bytes`;
    }
  }
  return undefined;
}

/**
 * The UF2 file in a downloaded body, unpacked if it is gzip.
 * @throws MoErgoError `MOERGO_TOO_LARGE` above `maxBytes`, `MOERGO_BAD_RESPONSE` if it is not UF2
 */
export async function unpackFirmware(operation: string, body: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  // By its first bytes, not by its name: a proxy that sets Content-Encoding makes fetch unpack a .gz on the way.
  const isGzip = body[0] === 0x1f && body[1] === 0x8b;
  const firmware = isGzip ? await unzip(operation, body, maxBytes) : body;
  const fault = uf2Fault(firmware);
  if (fault === undefined) return firmware;
  throw fieldError('MOERGO_BAD_RESPONSE', 'firmware', fault, 'whole UF2 blocks', { operation });
}

async function unzip(operation: string, body: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  try {
    // A plain Uint8Array, not a Buffer: packed and unpacked downloads give the same type.
    return new Uint8Array(await gunzipAsync(body, { maxOutputLength: maxBytes }));
  } catch (cause) {
    if (cause instanceof RangeError) {
      const allowed = `at most ${maxBytes} bytes`;
      throw fieldError('MOERGO_TOO_LARGE', 'firmware', 'larger when unpacked', allowed, { operation, cause });
    }
    throw new MoErgoError('MOERGO_BAD_RESPONSE', `${operation}: the firmware's gzip data is damaged`, {
      operation,
      field: 'firmware',
      cause,
    });
  }
}
