import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createMoergoClient, createMoergoServer, SAMPLE_USER_ID } from '../src/index.js';
import { subjectOf } from '../src/token.js';
import { BUILD, entriesOf, failure, setUp, UUID } from './support.js';

function idToken(sub: string, signature = 'c2VjcmV0LXNpZ25hdHVyZQ'): string {
  const part = (data: unknown) => Buffer.from(JSON.stringify(data)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ sub })}.${signature}`;
}

const TOKEN = idToken(SAMPLE_USER_ID);

describe('token', () => {
  it('goes with every request but the signed download', async () => {
    const seen: [string, string | null][] = [];
    const { client } = await setUp(
      {
        token: TOKEN,
        fetch: (input, init) => {
          const request = new Request(input, init);
          seen.push([
            new URL(request.url).pathname.replace(/[0-9a-f]{64}/, 'ID'),
            request.headers.get('authorization'),
          ]);
          return fetch(request);
        },
      },
      { token: TOKEN },
    );
    await client.getLayout(UUID);
    await client.downloadFirmware(BUILD);
    const bearer = `Bearer ${TOKEN}`;
    expect(seen).toEqual([
      [`/api/layouts/v1/${UUID}/config`, bearer],
      [`/api/firmware/v25.05/${UUID}`, bearer],
      ['/firmware/ID.uf2.gz', null],
    ]);
  });

  it("names the user whose layouts are listed, through its 'sub' claim", async () => {
    const { client } = await setUp({ token: async () => TOKEN }, { token: TOKEN });
    expect(await client.listUserLayouts()).toHaveLength(3);
  });

  it.each(['opaque', 'a.b.c', `x.${Buffer.from('{"sub":7}').toString('base64url')}.y`])(
    '%s names nobody',
    async (token) => {
      expect(subjectOf(token)).toBeUndefined();
      const { client } = await setUp({ token });
      expect((await failure(client.listUserLayouts(), 'MOERGO_INVALID_ARGUMENT')).field).toBe('userId');
    },
  );

  it('of another user does not get at lists that are kept', async () => {
    const { cache, client, server } = await setUp({ token: TOKEN }, { token: TOKEN });
    await client.listUserLayouts();
    await using stranger = createMoergoClient({ cache, baseUrl: server.baseUrl, token: idToken('somebody') });
    await failure(stranger.listUserLayouts(SAMPLE_USER_ID), 'MOERGO_UNAUTHORIZED');
  });

  it('does not follow a redirect to another host', async () => {
    const { client, server } = await setUp({ token: TOKEN }, { token: TOKEN });
    await using elsewhere = await createMoergoServer({ token: TOKEN });
    const location = `${elsewhere.baseUrl}layouts/v1/${UUID}/config`;
    server.setFault('config', { reply: { status: 302, body: '', headers: { location } } });
    await failure(client.getLayout(UUID), 'MOERGO_UNAUTHORIZED');
    expect(elsewhere.requestCount('config')).toBe(1);
  });

  it('is asked for anew for each request', async () => {
    const tokens = ['stale', TOKEN];
    const { client } = await setUp({ token: () => tokens.shift() ?? '' }, { token: TOKEN });
    await failure(client.getLayout(UUID), 'MOERGO_UNAUTHORIZED');
    expect((await client.getLayout(UUID)).layout_meta.uuid).toBe(UUID);
  });

  it('is in no error, log line, key or tag', async () => {
    const lines: string[] = [];
    const logger = { warn: (line: string) => lines.push(line), error: (line: string) => lines.push(line) };
    const { cache, client, server } = await setUp({ token: TOKEN, logger, timeoutMs: 1_000 }, { token: TOKEN });
    await client.listUserLayouts();
    await client.downloadFirmware(BUILD);
    const errors: unknown[] = [];
    const faults = [
      { reply: { status: 401, body: TOKEN } },
      { reply: { status: 429, body: TOKEN } },
      { reply: { status: 200, body: TOKEN } },
      { disconnect: true },
      { hang: true },
    ];
    for (const fault of faults) {
      server.setFault('config', fault);
      errors.push(await client.getLayout(UUID).catch((error: unknown) => error));
    }
    const body = JSON.stringify({ message: `refused ${TOKEN}`, detail: [`authorization: Bearer ${TOKEN}`] });
    server.setFault('compile', { reply: { status: 400, body } });
    errors.push(await client.compileFirmware({ ...BUILD, keymap: 'other' }).catch((error: unknown) => error));
    expect(errors.every((error) => error instanceof Error)).toBe(true);
    const told = [...lines, ...errors.map((error) => inspect(error, { depth: 10 })), inspect(await entriesOf(cache))];
    expect(lines.length).toBeGreaterThan(0);
    for (const text of told) expect(text).not.toContain(TOKEN);
  });

  it.each(['a blank', 'line\nbreak', '', 'ü'])('%j is refused before fetch could quote it', async (token) => {
    const { client, server } = await setUp({ token });
    const error = await failure(client.getLayout(UUID), 'MOERGO_INVALID_ARGUMENT');
    expect(error.field).toBe('token');
    if (token !== '') expect(inspect(error)).not.toContain(token);
    expect(server.requestCount()).toBe(0);
  });

  it('a source that fails is MOERGO_UNAUTHORIZED', async () => {
    const cause = new Error('signed out');
    const { client } = await setUp({ token: () => Promise.reject(cause) });
    expect((await failure(client.getLayout(UUID), 'MOERGO_UNAUTHORIZED')).cause).toBe(cause);
  });
});
