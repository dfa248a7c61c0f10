import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createMoergoClient, SAMPLE_USER_ID } from '../src/index.js';
import { BUILD, entriesOf, failure, gate, OTHER_UUID, setUp, UUID } from './support.js';

const DAY_SECONDS = 86_400;

describe('answers', () => {
  it('lists firmware versions with what is known of each', async () => {
    const { client } = await setUp();
    const versions = await client.listFirmware();
    expect(versions.map(({ version }) => version)).toEqual(['v25.05', 'v25.01', 'v24.08-beta1']);
    expect(versions[0]).toEqual({ version: 'v25.05', firmware_api_version: '1', date: 1_747_267_200 });
  });

  it('takes bare version names too', async () => {
    const { client, server } = await setUp();
    server.setFault('firmware', { reply: { status: 200, body: '["v25.05","main"]' } });
    expect(await client.listFirmware()).toEqual([{ version: 'v25.05' }, { version: 'main' }]);
  });

  it('gives a layout as the service sent it, unknown fields included', async () => {
    const { client, server } = await setUp();
    const served = server.layouts.get(UUID);
    expect(await client.getLayout(UUID)).toEqual(served);
    expect(served?.config.layers[0]).toHaveLength(80);
    expect((await client.getLayout(UUID)).config.custom_defined_behaviors).toBe('');
  });

  it('gives the metadata of a layout', async () => {
    const { client, server } = await setUp();
    expect(await client.getLayoutMeta(UUID)).toEqual(server.layouts.get(UUID)?.layout_meta);
  });

  it("parses a user's layouts into uuid and status", async () => {
    const { client } = await setUp();
    const layouts = await client.listUserLayouts(SAMPLE_USER_ID);
    expect(layouts.map(({ status }) => status)).toEqual(['compiled', 'compiled', 'draft']);
    expect(layouts[0]).toEqual({ uuid: UUID, status: 'compiled' });
  });

  it('compiles to a signed path of a .uf2.gz file', async () => {
    const { client } = await setUp();
    const { location } = await client.compileFirmware(BUILD);
    expect(location).toMatch(/^\/firmware\/[0-9a-f]{64}\.uf2\.gz\?expires=\d+&signature=[0-9a-f]{64}$/);
  });
});

describe('what is kept', () => {
  it.each([
    ['listFirmware', 3_600],
    ['getLayout', 30 * DAY_SECONDS],
    ['getLayoutMeta', 30 * DAY_SECONDS],
    ['listUserLayouts', 60],
    ['compileFirmware', 300],
    ['downloadFirmware', 30 * DAY_SECONDS],
  ] as const)('%s answers again without a request, for %i seconds', async (operation, ttlSeconds) => {
    const { cache, client, server } = await setUp();
    const call = {
      listFirmware: () => client.listFirmware(),
      getLayout: () => client.getLayout(UUID),
      getLayoutMeta: () => client.getLayoutMeta(UUID),
      listUserLayouts: () => client.listUserLayouts(SAMPLE_USER_ID),
      compileFirmware: () => client.compileFirmware(BUILD),
      downloadFirmware: () => client.downloadFirmware(BUILD),
    }[operation];
    const cold = await call();
    const requests = server.requestCount();
    expect(requests).toBeGreaterThan(0);
    expect(await call()).toEqual(cold);
    expect(server.requestCount()).toBe(requests);
    const entry = (await entriesOf(cache)).find(({ tags }) => tags.includes(operation));
    expect(entry?.ttlSeconds).toBe(ttlSeconds);
  });

  it('is found by another client of the same cache and service, and not by one of another service', async () => {
    const { cache, client, server } = await setUp();
    await client.getLayout(UUID);
    await using same = createMoergoClient({ cache, baseUrl: server.baseUrl });
    await same.getLayout(UUID);
    expect(server.requestCount('config')).toBe(1);
    await using other = createMoergoClient({ cache, baseUrl: server.baseUrl.replace('/api/', '/other/') });
    await failure(other.getLayout(UUID), 'MOERGO_NOT_FOUND');
  });

  it('is one entry for both spellings of a uuid', async () => {
    const { cache, client } = await setUp();
    await client.getLayout(UUID);
    await client.getLayout(UUID.toUpperCase());
    expect(await entriesOf(cache)).toHaveLength(1);
  });

  it('is not changed by what a caller does to an answer', async () => {
    const { client } = await setUp();
    const first = await client.getLayout(UUID);
    const title = first.layout_meta.title;
    first.layout_meta.title = 'changed';
    expect((await client.getLayout(UUID)).layout_meta.title).toBe(title);
  });
});

describe('concurrent calls', () => {
  it('of one layout share one request', async () => {
    const { client, server } = await setUp();
    const { opened, open } = gate();
    server.setFault('config', { until: opened });
    const calls = Array.from({ length: 50 }, () => client.getLayout(UUID));
    open();
    const layouts = await Promise.all(calls);
    expect(new Set(layouts.map((layout) => layout.layout_meta.uuid))).toEqual(new Set([UUID]));
    expect(server.requestCount('config')).toBe(1);
  });

  it('all get the error of the one request, and nothing is kept', async () => {
    const { cache, client, server } = await setUp({ maxRetries: 0 });
    server.setFault('config', { times: 1, reply: { status: 500, body: 'oops' } });
    const calls = Array.from({ length: 50 }, () => client.getLayout(UUID));
    const errors = await Promise.all(calls.map((call) => failure(call, 'MOERGO_HTTP')));
    expect(errors.map(({ status }) => status)).toEqual(new Array(50).fill(500));
    expect(server.requestCount('config')).toBe(1);
    expect(await entriesOf(cache)).toEqual([]);
    expect((await client.getLayout(UUID)).layout_meta.uuid).toBe(UUID);
  });

  it('of different things are not mixed up', async () => {
    const { client, server } = await setUp();
    const [layout, other, meta] = await Promise.all([
      client.getLayout(UUID),
      client.getLayout(OTHER_UUID),
      client.getLayoutMeta(OTHER_UUID),
    ]);
    expect([layout.layout_meta.uuid, other.layout_meta.uuid, meta.uuid]).toEqual([UUID, OTHER_UUID, OTHER_UUID]);
    expect(server.requestCount()).toBe(3);
  });
});

describe('abort and close', () => {
  it('an aborted caller stops waiting, and the others get the answer of the request they share', async () => {
    const { client, server } = await setUp();
    const { opened, open } = gate();
    server.setFault('config', { until: opened });
    const controller = new AbortController();
    const aborted = failure(client.getLayout(UUID, { signal: controller.signal }), 'MOERGO_ABORTED');
    const other = client.getLayout(UUID);
    controller.abort();
    await aborted;
    open();
    expect((await other).layout_meta.uuid).toBe(UUID);
    expect(server.requestCount('config')).toBe(1);
  });

  it('a signal aborted before the call sends nothing', async () => {
    const { client, server } = await setUp();
    await failure(client.getLayout(UUID, { signal: AbortSignal.abort() }), 'MOERGO_ABORTED');
    expect(server.requestCount()).toBe(0);
  });

  it('close ends what is running, refuses what follows, and leaves a cache of the caller open', async () => {
    const sent = gate();
    let ended = 0;
    const { cache, client, server } = await setUp({
      fetch: async (input, init) => {
        if (String(input).endsWith('/config')) sent.open();
        try {
          return await fetch(input, init);
        } finally {
          await setImmediate();
          ended++;
        }
      },
    });
    await client.listFirmware();
    server.setFault('config', { hang: true });
    const running = failure(client.getLayout(UUID), 'MOERGO_CLOSED');
    await sent.opened;
    await client.close();
    expect(ended).toBe(2);
    await running;
    await failure(client.listFirmware(), 'MOERGO_CLOSED');
    await client.close();
    expect((await cache.getStats()).totalEntries).toBe(1);
  });
});
