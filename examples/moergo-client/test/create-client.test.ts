import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCacheFromUserConfig } from '@glovebox/cache-config';
import { ManualClock } from '@glovebox/cache-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMoergoClient, type MoergoClientOptions } from '../src/index.js';
import { entriesOf, failure, setUp, UUID } from './support.js';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'moergo-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('createMoergoClient', () => {
  it("keeps answers where the user's configuration says, for the next client", async () => {
    const { server } = await setUp();
    const userConfig = { cacheRoot: join(await temporaryFolder(), 'cache') };
    for (let run = 0; run < 2; run++) {
      await using client = createMoergoClient({ userConfig, baseUrl: server.baseUrl });
      expect((await client.getLayout(UUID)).layout_meta.uuid).toBe(UUID);
      await client.close();
      await failure(client.getLayout(UUID), 'MOERGO_CLOSED');
    }
    expect(server.requestCount('config')).toBe(1);
  });

  it('closes the cache that it made, which is in a namespace of its own', async () => {
    const { server } = await setUp();
    const clock = new ManualClock(Date.now());
    const userConfig = { cacheRoot: join(await temporaryFolder(), 'cache') };
    const client = createMoergoClient({ userConfig, baseUrl: server.baseUrl, clock });
    await client.getLayout(UUID);
    // The cache's cleanup timer.
    expect(clock.timerCount).toBe(1);
    await client.close();
    expect(clock.timerCount).toBe(0);
    for (const [namespace, count] of [['moergo', 1] as const, ['other', 0] as const]) {
      await using cache = createCacheFromUserConfig(userConfig, { namespace });
      expect(await entriesOf(cache)).toHaveLength(count);
    }
  });

  it('makes no cache when another option is wrong', async () => {
    const cacheRoot = join(await temporaryFolder(), 'cache');
    const make = async () => createMoergoClient({ userConfig: { cacheRoot }, timeoutMs: 0 });
    expect((await failure(make(), 'MOERGO_INVALID_ARGUMENT')).field).toBe('timeoutMs');
    expect(existsSync(cacheRoot)).toBe(false);
  });

  it('wants a cache or a configuration, and not both', async () => {
    const { cache } = await setUp();
    const userConfig = {};
    const wrong: object[] = [{}, { cache, userConfig }];
    for (const options of wrong) {
      const make = async () => createMoergoClient(options as MoergoClientOptions);
      expect((await failure(make(), 'MOERGO_INVALID_ARGUMENT')).field).toBe('cache');
    }
  });
});
