import { performance } from 'node:perf_hooks';
import type { CacheManager } from '@glovebox/cache-core';
import type { FirmwareRequest } from './arguments.js';
import type { MoergoClient } from './client.js';
import { createMoergoClient } from './create-client.js';
import { isMoErgoError } from './errors.js';
import type { MoergoServiceOptions } from './options.js';
import { createMoergoServer } from './server.js';
import { SAMPLE_USER_ID, SAMPLE_UUIDS } from './server-data.js';

export interface MoergoDemoOptions {
  /** Stays open. */
  cache: CacheManager;
  /** Talks to the service instead of the local server. @default false */
  live?: boolean | undefined;
  /** With `live`: whose layouts are listed and what may build. Without one, both are left out. */
  token?: string | undefined;
  /** With `live`: the layout to fetch. @default a public one */
  uuid?: string | undefined;
}

/** One call, made twice. Times are in milliseconds. */
export interface MoergoDemoRow {
  operation: string;
  coldMs: number;
  warmMs: number;
  /** HTTP requests of the first call: 0 if an earlier run left the answer in the cache. */
  coldRequests: number;
  warmRequests: number;
  /** What came back, or the error's code and message. */
  result: string;
  failed: boolean;
}

export interface MoergoDemo {
  /** Who answered. */
  service: string;
  rows: MoergoDemoRow[];
  /** Whether every call succeeded. */
  succeeded: boolean;
}

const LIVE_UUID = '2a73d99d-e09b-4287-86a3-dba934bb7c17';
const LATENCY_MS = 25;
const CONCURRENT_CALLS = 20;
const KEYMAP = '/ { keymap { compatible = "zmk,keymap"; base { bindings = <&kp A>; }; }; };\n';

interface Step {
  operation: string;
  run(client: MoergoClient): Promise<string>;
}

/** Runs every call twice, first cold, then from the cache, and says how long each took and how many requests it made. */
export async function runMoergoDemo(options: MoergoDemoOptions): Promise<MoergoDemo> {
  if (options.live === true) {
    const uuid = options.uuid ?? LIVE_UUID;
    const own = options.token !== undefined;
    return run('my.glove80.com', options.cache, { token: options.token }, stepsFor(uuid, uuid, own ? { own } : {}));
  }
  await using server = await createMoergoServer({ latencyMs: LATENCY_MS });
  // The port is another one in each run; under one name the next run finds what this one kept.
  const service: MoergoServiceOptions = { baseUrl: server.baseUrl, scope: 'local-server' };
  const steps = stepsFor(SAMPLE_UUIDS[0], SAMPLE_UUIDS[1], { own: true, userId: SAMPLE_USER_ID });
  return await run(`a local server that adds ${LATENCY_MS} ms to each answer`, options.cache, service, steps);
}

function stepsFor(uuid: string, sharedUuid: string, user: { own?: boolean; userId?: string }): Step[] {
  const build: FirmwareRequest = { version: 'v25.05', uuid, keymap: KEYMAP };
  const steps: Step[] = [
    {
      operation: 'listFirmware()',
      run: async (client) => (await client.listFirmware()).map(({ version }) => version).join(', '),
    },
    { operation: 'getLayoutMeta(uuid)', run: async (client) => `"${(await client.getLayoutMeta(uuid)).title}"` },
    {
      operation: 'getLayout(uuid)',
      run: async (client) => {
        const { config } = await client.getLayout(uuid);
        return `${config.keyboard}, ${config.layers.length} layers of ${config.layers[0]?.length ?? 0} keys`;
      },
    },
    {
      operation: `getLayout(uuid) × ${CONCURRENT_CALLS} at once`,
      run: async (client) => {
        const calls = Array.from({ length: CONCURRENT_CALLS }, () => client.getLayout(sharedUuid));
        return `${new Set((await Promise.all(calls)).map((layout) => layout.layout_meta.uuid)).size} layout`;
      },
    },
  ];
  if (user.own !== true) return steps;
  return [
    ...steps,
    {
      operation: 'listUserLayouts()',
      run: async (client) => {
        const layouts = await client.listUserLayouts(user.userId);
        return `${layouts.length} layouts, ${layouts.filter(({ status }) => status === 'compiled').length} compiled`;
      },
    },
    {
      operation: 'compileFirmware(...)',
      run: async (client) => {
        const { location } = await client.compileFirmware(build);
        return `a signed path of a ${/\.uf2(\.gz)?/.exec(location)?.[0] ?? 'file'} file`;
      },
    },
    {
      operation: 'downloadFirmware(...)',
      run: async (client) => `${(await client.downloadFirmware(build)).byteLength} bytes of UF2`,
    },
  ];
}

async function run(
  service: string,
  cache: CacheManager,
  options: MoergoServiceOptions,
  steps: readonly Step[],
): Promise<MoergoDemo> {
  let requests = 0;
  await using client = createMoergoClient({
    ...options,
    cache,
    fetch: (input, init) => {
      requests++;
      return fetch(input, init);
    },
  });
  const measure = async (step: Step) => {
    const requestsBefore = requests;
    const startedAt = performance.now();
    const result = await step.run(client);
    return { result, ms: performance.now() - startedAt, requests: requests - requestsBefore };
  };
  const rows: MoergoDemoRow[] = [];
  for (const step of steps) {
    const { operation } = step;
    try {
      const cold = await measure(step);
      const warm = await measure(step);
      const times = { coldMs: cold.ms, warmMs: warm.ms, coldRequests: cold.requests, warmRequests: warm.requests };
      rows.push({ operation, ...times, result: warm.result, failed: false });
    } catch (error) {
      if (!isMoErgoError(error)) throw error;
      const none = { coldMs: 0, warmMs: 0, coldRequests: 0, warmRequests: 0 };
      rows.push({ operation, ...none, result: `${error.code}: ${error.message}`, failed: true });
    }
  }
  return { service, rows, succeeded: rows.every((row) => !row.failed) };
}
