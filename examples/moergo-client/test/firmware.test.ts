import { gzipSync } from 'node:zlib';
import { ManualClock } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { makeUf2, uf2Fault } from '../src/uf2.js';
import { BUILD, entriesOf, failure, setUp } from './support.js';

const FIRMWARE = makeUf2(Buffer.alloc(1000, 7));

describe('downloadFirmware', () => {
  it('gives the same bytes from a .uf2 and a .uf2.gz file, and again from the cache', async () => {
    const packed = await setUp({}, { compress: true });
    const plain = await setUp({}, { compress: false });
    const unpacked = await packed.client.downloadFirmware(BUILD);
    expect((await packed.client.compileFirmware(BUILD)).location).toContain('.uf2.gz?');
    expect((await plain.client.compileFirmware(BUILD)).location).toContain('.uf2?');
    expect(uf2Fault(unpacked)).toBeUndefined();
    for (const bytes of [await plain.client.downloadFirmware(BUILD), await packed.client.downloadFirmware(BUILD)]) {
      expect(Buffer.isBuffer(bytes)).toBe(false);
      expect(bytes).toEqual(unpacked);
    }
  });

  it('is kept by what was built: every field counts, and the signed path does not', async () => {
    const { client, server } = await setUp();
    const first = await client.downloadFirmware(BUILD);
    const others = [
      { ...BUILD, version: 'v25.01' },
      { ...BUILD, keymap: '/ { };' },
      { ...BUILD, kconfig: 'CONFIG_ZMK_SLEEP=y' },
      { ...BUILD, board: 'glove80_lh' },
      { ...BUILD, keymap: `${BUILD.keymap}x`, kconfig: '' },
      { ...BUILD, kconfig: 'x' },
    ];
    for (const other of others) expect(await client.downloadFirmware(other)).not.toEqual(first);
    expect(server.requestCount('download')).toBe(7);
    await client.downloadFirmware({ ...BUILD, kconfig: '', board: 'glove80' });
    expect(server.requestCount('download')).toBe(7);
  });

  it('uses the build that was just made', async () => {
    const { client, server } = await setUp();
    await client.compileFirmware(BUILD);
    await client.downloadFirmware(BUILD);
    expect(server.requestCount('compile')).toBe(1);
  });

  it('builds again when the signed path has run out', async () => {
    const clock = new ManualClock();
    const { client, server } = await setUp({}, { clock, signedPathSeconds: 60 });
    await client.compileFirmware(BUILD);
    clock.advance(60_000);
    expect(uf2Fault(await client.downloadFirmware(BUILD))).toBeUndefined();
    expect([server.requestCount('compile'), server.requestCount('download')]).toEqual([2, 2]);
  });

  it('gives up when a fresh signed path is refused too, and keeps no firmware', async () => {
    const { cache, client, server } = await setUp({}, { signedPathSeconds: 0 });
    expect((await failure(client.downloadFirmware(BUILD), 'MOERGO_UNAUTHORIZED')).status).toBe(403);
    expect(server.requestCount('compile')).toBe(2);
    expect((await entriesOf(cache)).filter(({ tags }) => tags.includes('downloadFirmware'))).toEqual([]);
  });

  it.each([
    ['an error page', Buffer.from('<html>'.repeat(100))],
    ['half a block', FIRMWARE.subarray(0, 700)],
    ['nothing', Buffer.alloc(0)],
    ['blocks of which one begins wrong', Buffer.from(FIRMWARE).fill(0, 512, 516)],
    ['blocks of which one goes on wrong', Buffer.from(FIRMWARE).fill(0, 516, 520)],
    ['blocks of which one ends wrong', Buffer.from(FIRMWARE).fill(0, 1020, 1024)],
    ['cut gzip data', gzipSync(FIRMWARE).subarray(0, 40)],
    ['gzip data of something else', gzipSync('not firmware')],
  ])('refuses %s and keeps nothing', async (_, body) => {
    const { cache, client, server } = await setUp();
    server.setFault('download', { reply: { status: 200, body } });
    expect((await failure(client.downloadFirmware(BUILD), 'MOERGO_BAD_RESPONSE')).field).toBe('firmware');
    expect((await entriesOf(cache)).filter(({ tags }) => tags.includes('downloadFirmware'))).toEqual([]);
  });

  it('takes a .gz file that was unpacked on the way', async () => {
    const { client, server } = await setUp();
    const reply = { status: 200, body: gzipSync(FIRMWARE), headers: { 'content-encoding': 'gzip' } };
    server.setFault('download', { reply });
    expect(await client.downloadFirmware(BUILD)).toEqual(FIRMWARE);
  });

  it('refuses more bytes than allowed: announced, unannounced, or unpacked', async () => {
    const { client, server } = await setUp({ maxFirmwareBytes: 200_000 });
    const large = makeUf2(Buffer.alloc(1_000_000));
    server.setFault('download', { reply: { status: 200, body: large } });
    await failure(client.downloadFirmware(BUILD), 'MOERGO_TOO_LARGE');
    const headers = { 'content-encoding': 'gzip' };
    server.setFault('download', { reply: { status: 200, body: gzipSync(large), headers } });
    await failure(client.downloadFirmware(BUILD), 'MOERGO_TOO_LARGE');
    server.setFault('download', { reply: { status: 200, body: gzipSync(large) } });
    expect((await failure(client.downloadFirmware(BUILD), 'MOERGO_TOO_LARGE')).field).toBe('firmware');
    server.setFault('download');
    expect((await client.downloadFirmware(BUILD)).length).toBe(131_072);
  });

  it.each(['https://elsewhere.example/firmware/x.uf2', '//elsewhere.example/x.uf2', 'http://[', 'file:///etc/hosts'])(
    'follows no location away from the service: %s',
    async (location) => {
      const { client, server } = await setUp();
      server.setFault('compile', { reply: { status: 200, body: JSON.stringify({ location }) } });
      expect((await failure(client.downloadFirmware(BUILD), 'MOERGO_BAD_RESPONSE')).field).toBe('location');
    },
  );
});

describe('compileFirmware', () => {
  it("rejects with the compiler's lines, once, and keeps nothing", async () => {
    const { cache, client, server } = await setUp();
    const broken = { ...BUILD, keymap: '#error no keys' };
    const error = await failure(client.compileFirmware(broken), 'MOERGO_COMPILE_FAILED');
    expect(error.message).toContain('Compilation failed');
    expect(error.details).toEqual(['keymap: error: #error']);
    await failure(client.downloadFirmware(broken), 'MOERGO_COMPILE_FAILED');
    expect(server.requestCount('compile')).toBe(2);
    expect(await entriesOf(cache)).toEqual([]);
  });

  it('says that a version is unknown', async () => {
    const { client } = await setUp();
    await failure(client.compileFirmware({ ...BUILD, version: 'v1.0' }), 'MOERGO_NOT_FOUND');
  });
});

describe('UF2', () => {
  it('makes blocks of 512 bytes with the magic numbers, in order', () => {
    const view = new DataView(FIRMWARE.buffer);
    expect(FIRMWARE.length).toBe(4 * 512);
    expect(Buffer.from(FIRMWARE.subarray(0, 4)).toString()).toBe('UF2\n');
    for (let block = 0; block < 4; block++) {
      expect(view.getUint32(block * 512 + 20, true)).toBe(block);
      expect(view.getUint32(block * 512 + 24, true)).toBe(4);
      expect(view.getUint32(block * 512 + 508, true)).toBe(0x0ab16f30);
    }
  });

  it('takes two images in a row, as a Glove80 file holds its halves', () => {
    expect(uf2Fault(Buffer.concat([FIRMWARE, FIRMWARE]))).toBeUndefined();
    expect(uf2Fault(FIRMWARE.subarray(0, 1024))).toContain('number 0 of 4');
  });
});
