import { ManualClock } from '@glovebox/cache-core';
import { describe, expect, it } from 'vitest';
import { createMoergoClient, SAMPLE_USER_ID } from '../src/index.js';
import { parseRetryAfter } from '../src/status.js';
import { BUILD, entriesOf, failure, gate, setUp, UUID } from './support.js';

function reply(status: number, body = '{}', headers: Record<string, string> = {}) {
  return { status, body, headers };
}

describe('status', () => {
  it.each([
    [401, 'MOERGO_UNAUTHORIZED'],
    [403, 'MOERGO_UNAUTHORIZED'],
    [404, 'MOERGO_NOT_FOUND'],
    [410, 'MOERGO_NOT_FOUND'],
    [418, 'MOERGO_HTTP'],
    [500, 'MOERGO_HTTP'],
  ] as const)('%i is %s, sent once and not kept', async (status, code) => {
    const { cache, client, server } = await setUp();
    server.setFault('config', { reply: reply(status) });
    const error = await failure(client.getLayout(UUID), code);
    expect(error).toMatchObject({ status, operation: 'getLayout' });
    expect(server.requestCount('config')).toBe(1);
    expect(await entriesOf(cache)).toEqual([]);
  });

  it('an unknown layout is MOERGO_NOT_FOUND', async () => {
    const { client } = await setUp();
    await failure(client.getLayoutMeta('00000000-0000-4000-8000-000000000000'), 'MOERGO_NOT_FOUND');
  });
});

describe('rate limits', () => {
  it.each([429, 503])('a GET that meets %i waits as long as asked, then succeeds', async (status) => {
    const { client, server, waits } = await setUp();
    server.setFault('config', { times: 2, reply: reply(status, '', { 'retry-after': '3' }) });
    expect((await client.getLayout(UUID)).layout_meta.uuid).toBe(UUID);
    expect(waits).toEqual([3000, 3000]);
    expect(server.requestCount('config')).toBe(3);
  });

  it('waits longer each time when nothing is asked, and tells the logger', async () => {
    const warnings: string[] = [];
    const logger = {
      warn: (message: string) => warnings.push(message),
      error: (message: string) => warnings.push(message),
    };
    const { client, server, waits } = await setUp({ logger, maxRetries: 3 });
    server.setFault('firmware', { times: 3, reply: reply(503) });
    await client.listFirmware();
    expect(waits).toEqual([500, 1000, 2000]);
    expect(warnings[0]).toBe('moergo listFirmware: answered 503, retry 1 of 3 in 0.5 s');
  });

  it('gives up after the last try with the time that the service asks for', async () => {
    const { cache, client, server, waits } = await setUp({ maxRetries: 1 });
    server.setFault('config', { reply: reply(429, '', { 'retry-after': '7' }) });
    const error = await failure(client.getLayout(UUID), 'MOERGO_RATE_LIMITED');
    expect(error.retryAfterSeconds).toBe(7);
    expect(waits).toEqual([7000]);
    expect(await entriesOf(cache)).toEqual([]);
  });

  it('fails at once when the wait is longer than allowed', async () => {
    const { client, server, waits } = await setUp({ maxRetryWaitSeconds: 10 });
    server.setFault('config', { reply: reply(429, '', { 'retry-after': '3600' }) });
    expect((await failure(client.getLayout(UUID), 'MOERGO_RATE_LIMITED')).retryAfterSeconds).toBe(3600);
    expect([waits.length, server.requestCount('config')]).toEqual([0, 1]);
  });

  it('never sends a build twice', async () => {
    const { client, server, waits } = await setUp();
    server.setFault('compile', { reply: reply(503, '', { 'retry-after': '1' }) });
    expect((await failure(client.compileFirmware(BUILD), 'MOERGO_HTTP')).retryAfterSeconds).toBe(1);
    expect([waits.length, server.requestCount('compile')]).toEqual([0, 1]);
  });

  it('close ends a wait', async () => {
    const waiting = gate();
    const logger = { warn: waiting.open, error: waiting.open };
    const { client, server } = await setUp({ sleep: undefined, logger });
    server.setFault('config', { reply: reply(429, '', { 'retry-after': '9' }) });
    const running = failure(client.getLayout(UUID), 'MOERGO_CLOSED');
    await waiting.opened;
    await client.close();
    await running;
  });

  it('reads Retry-After as seconds or as a date by the injected clock', () => {
    const now = new ManualClock().now();
    expect(parseRetryAfter('120', now)).toBe(120);
    expect(parseRetryAfter(new Date(now + 5000).toUTCString(), now)).toBe(5);
    expect(parseRetryAfter(new Date(now - 5000).toUTCString(), now)).toBe(0);
    expect(parseRetryAfter('soon', now)).toBeUndefined();
    expect(parseRetryAfter(null, now)).toBeUndefined();
  });
});

describe('broken answers', () => {
  const meta = { uuid: UUID, title: 't', creator: 'c', date: 1, firmware_api_version: '1' };
  const config = { keyboard: 'glove80', layer_names: ['a'], layers: [[{ value: '&none' }]] };

  it.each([
    ['layout_meta', 'missing', { config }],
    ['layout_meta.title', '7', { layout_meta: { ...meta, title: 7 }, config }],
    ['config.layers', '"none"', { layout_meta: meta, config: { ...config, layers: 'none' } }],
    ['config.layers.0.0.value', 'null', { layout_meta: meta, config: { ...config, layers: [[{ value: null }]] } }],
    ['layout_meta.uuid', '00000000', { layout_meta: { ...meta, uuid: UUID.replace(/^\w+/, '00000000') }, config }],
    ['response', 'an array', []],
  ])('names %s, found %s', async (field, found, data) => {
    const { cache, client, server } = await setUp();
    server.setFault('config', { reply: reply(200, JSON.stringify(data)) });
    const error = await failure(client.getLayout(UUID), 'MOERGO_BAD_RESPONSE');
    expect(error.field).toBe(field);
    expect(error.found).toContain(found);
    expect(error.message).toContain(field);
    expect(await entriesOf(cache)).toEqual([]);
  });

  it.each(['"x"', '["not-a-uuid:compiled"]', `["${UUID}"]`, `["${UUID}:"]`, '[1]'])(
    'refuses a list of layouts such as %s',
    async (body) => {
      const { client, server } = await setUp();
      server.setFault('users', { reply: reply(200, body) });
      await failure(client.listUserLayouts(SAMPLE_USER_ID), 'MOERGO_BAD_RESPONSE');
    },
  );

  it.each([
    ['a page', '<html>sign in</html>'],
    ['cut JSON', '{"layout_meta": {'],
    ['nothing', ''],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ])('refuses %s, and quotes none of it', async (_, body) => {
    const { cache, client, server } = await setUp();
    server.setFault('config', { reply: { status: 200, body, headers: { 'content-type': 'text/html' } } });
    const error = await failure(client.getLayout(UUID), 'MOERGO_BAD_RESPONSE');
    expect(error.message).toBe('getLayout: the answer (text/html) is not JSON');
    expect(await entriesOf(cache)).toEqual([]);
  });

  it('refuses a larger answer than allowed', async () => {
    const { client } = await setUp({ maxResponseBytes: 1000 });
    expect((await failure(client.getLayout(UUID), 'MOERGO_TOO_LARGE')).allowed).toBe('at most 1000 bytes');
  });
});

describe('connections', () => {
  it('a server that does not answer is MOERGO_TIMEOUT, and nothing is kept', async () => {
    const { cache, client, server } = await setUp({ timeoutMs: 50 });
    server.setFault('config', { times: 1, hang: true });
    await failure(client.getLayout(UUID), 'MOERGO_TIMEOUT');
    expect(await entriesOf(cache)).toEqual([]);
    expect((await client.getLayout(UUID)).layout_meta.uuid).toBe(UUID);
  });

  it('the time for a build is its own', async () => {
    const { client, server } = await setUp({ timeoutMs: 60_000, compileTimeoutMs: 50 });
    server.setFault('compile', { hang: true });
    await failure(client.compileFirmware(BUILD), 'MOERGO_TIMEOUT');
  });

  it.each([
    ['before the answer', undefined],
    ['in the middle of it', reply(200, JSON.stringify({ padding: 'x'.repeat(1000) }))],
  ])('a connection that breaks %s is MOERGO_NETWORK', async (_, half) => {
    const { cache, client, server } = await setUp();
    server.setFault('config', { disconnect: true, reply: half });
    await failure(client.getLayout(UUID), 'MOERGO_NETWORK');
    expect(await entriesOf(cache)).toEqual([]);
  });

  it('a server that is gone is MOERGO_NETWORK, and what is kept is still there', async () => {
    const { client, server } = await setUp();
    await client.getLayout(UUID);
    await server.close();
    await failure(client.getLayoutMeta(UUID), 'MOERGO_NETWORK');
    expect((await client.getLayout(UUID)).layout_meta.uuid).toBe(UUID);
  });
});

describe('arguments', () => {
  const badUuids = [
    '',
    '../../admin',
    `../${UUID}`,
    `${UUID}/config`,
    `${UUID}?x=1`,
    `${UUID}\n`,
    '%2e%2e',
    UUID.slice(1),
  ];
  it.each(badUuids)('refuses the uuid %j before sending anything', async (uuid) => {
    const { client, server } = await setUp();
    for (const call of [
      client.getLayout(uuid),
      client.getLayoutMeta(uuid),
      client.compileFirmware({ ...BUILD, uuid }),
    ]) {
      expect((await failure(call, 'MOERGO_INVALID_ARGUMENT')).field).toBe('uuid');
    }
    expect(server.requestCount()).toBe(0);
  });

  it.each(['', '.', '..', '../users', 'v25.05/x', 'v25.05?x', 'v25%2f', 'v25.05\r\n', 'x'.repeat(65)])(
    'refuses the version %j',
    async (version) => {
      const { client, server } = await setUp();
      const error = await failure(client.downloadFirmware({ ...BUILD, version }), 'MOERGO_INVALID_ARGUMENT');
      expect(error.field).toBe('version');
      expect(error.message).toContain('v25.05');
      expect(server.requestCount()).toBe(0);
    },
  );

  it.each(['', '..', 'a/b', 'a?b', 'a b', 'ü'])('refuses the user id %j', async (userId) => {
    const { client } = await setUp();
    expect((await failure(client.listUserLayouts(userId), 'MOERGO_INVALID_ARGUMENT')).field).toBe('userId');
  });

  it.each([
    ['keymap', { keymap: ' ' }],
    ['keymap', { keymap: 'x'.repeat(4 * 1024 * 1024 + 1) }],
    ['board', { board: '../glove80' }],
  ])('refuses a bad %s', async (field, change) => {
    const { client } = await setUp();
    expect((await failure(client.compileFirmware({ ...BUILD, ...change }), 'MOERGO_INVALID_ARGUMENT')).field).toBe(
      field,
    );
  });

  it.each([
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: Number.NaN }],
    ['compileTimeoutMs', { compileTimeoutMs: 2 ** 31 }],
    ['maxRetries', { maxRetries: -1 }],
    ['maxFirmwareBytes', { maxFirmwareBytes: 1.5 }],
    ['baseUrl', { baseUrl: 'my.glove80.com' }],
    ['baseUrl', { baseUrl: 'ftp://my.glove80.com/' }],
    ['baseUrl', { baseUrl: 'https://user@my.glove80.com/' }],
    ['baseUrl', { baseUrl: 'https://:secret@my.glove80.com/' }],
    ['baseUrl', { baseUrl: 'http://my.glove80.com/', token: 'secret' }],
  ])('refuses the option %s of %j', async (field, option) => {
    const { cache } = await setUp();
    const make = async () => createMoergoClient({ cache, ...option });
    const error = await failure(make(), 'MOERGO_INVALID_ARGUMENT');
    expect(error.field).toBe(field);
    expect(error.message).not.toContain('secret');
  });
});
