// Uses every published package as its README says. It must run on the oldest supported Node, as it is.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCacheFromUserConfig, createDefaultCache } from '@glovebox/cache-config';
import { CacheKey, isCacheError } from '@glovebox/cache-core';
import { recordLatencies } from '@glovebox/cache-core/latency';
import { toPrometheusText } from '@glovebox/cache-core/prometheus';
import { warm } from '@glovebox/cache-core/warm';
import { createFilesystemCache } from '@glovebox/cache-fs';
import { fromKeyv, toKeyv, toUnstorageDriver } from '@glovebox/cache-interop';
import { createMemoryCache } from '@glovebox/cache-memory';
import { instrumentCaches } from '@glovebox/cache-otel';
import { runConformance } from '@glovebox/cache-testkit';

const layout = { title: 'Smoke', layers: [['&kp A', '&none']], modified: new Date(0), sizes: new Map([['base', 80]]) };
const cacheRootOfParent = process.argv[2];

if (cacheRootOfParent === undefined) {
  keys();
  await exercise(createMemoryCache({ maxEntries: 100 }));
  await exercise(fromKeyv(new Map()));
  await interop();
  await twoProcesses();
  await exercise(createDefaultCache());
  await exercise(createCacheFromUserConfig({ cacheStrategy: 'process_isolated' }, { namespace: 'smoke' }));
  await observed();
  await conformance();
  command();
} else {
  await secondProcess(cacheRootOfParent);
}

function keys() {
  assert.notEqual(CacheKey.fromParts('a:b', 'c'), CacheKey.fromParts('a', 'b:c'));
  assert.equal(CacheKey.fromObject({ a: 1, b: 2 }), CacheKey.fromObject({ b: 2, a: 1 }));
}

async function exercise(cache) {
  assert.equal(await cache.get('layout', 'nothing yet'), 'nothing yet');
  assert.equal(await cache.set('layout', layout, { ttl: '1h' }), true);
  assert.deepEqual(await cache.get('layout'), layout);
  assert.equal(await cache.getOrSet('answer', () => 42), 42);
  await assert.rejects(cache.set('', 1), (error) => isCacheError(error) && error.code === 'CACHE_INVALID_KEY');
  assert.equal((await cache.getStats()).setCount, 2);
  assert.equal(await cache.delete('layout'), true);
  await cache.clear();
  await cache.close();
  await assert.rejects(cache.get('layout'), (error) => error.code === 'CACHE_CLOSED');
}

async function interop() {
  const cache = createMemoryCache();
  const { computedCount } = await warm(cache, ['a', 'b'], async (key) => key.toUpperCase());
  assert.equal(computedCount, 2);
  const store = toKeyv(cache);
  assert.deepEqual(await store.getMany(['a', 'missing']), ['A', undefined]);
  const driver = toUnstorageDriver(cache.namespace('storage'));
  await driver.setItem('c', 'text');
  assert.deepEqual(await driver.getKeys(), ['c']);
  await store.disconnect();
}

/** What Node 20.0 has of tracing channels and histograms is enough. */
async function observed() {
  const cache = createMemoryCache();
  const recorder = recordLatencies(cache);
  const stop = instrumentCaches({ cache });
  await cache.getOrSet('a', () => 1);
  const kinds = recorder.summaries().map(({ operation, outcome }) => `${operation} ${outcome}`);
  assert.deepEqual(kinds, ['factory done', 'getOrSet miss']);
  assert.match(
    await toPrometheusText({ cache }, { latencies: { cache: recorder } }),
    /^glovebox_cache_sets_total\{cache="cache"\} 1$/m,
  );
  assert.match(String(await cache.getStats()), /^- Hit Rate: 0\.0%$/m);
  stop();
  recorder.stop();
  await cache.close();
}

async function twoProcesses() {
  const cacheRoot = join(mkdtempSync(join(tmpdir(), 'smoke-')), 'cache');
  const cache = createFilesystemCache({ cacheRoot });
  await cache.set('from parent', layout);
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), cacheRoot], { encoding: 'utf8' });
  assert.equal(child.status, 0, child.stderr);
  assert.deepEqual(await cache.get('from child'), layout);
  assert.equal((await cache.getStats()).setCount, 2, 'statistics are summed over the processes');
  await cache.close();
  assert.ok(existsSync(join(cacheRoot, 'CACHEDIR.TAG')));
}

async function secondProcess(cacheRoot) {
  const cache = createFilesystemCache({ cacheRoot });
  assert.deepEqual(await cache.get('from parent'), layout);
  await cache.set('from child', layout);
  await cache.close();
}

/** The whole suite, as an author of a backend runs it: what this Node lacks shows here. */
async function conformance() {
  const targets = [
    { name: 'memory', create: (config, { clock }) => createMemoryCache({ ...config, clock }) },
    {
      name: 'filesystem',
      create: (config, { clock, directory }) => createFilesystemCache({ ...config, clock, cacheRoot: directory }),
    },
  ];
  for (const target of targets) {
    const report = await runConformance(target);
    assert.ok(report.passed > 0 && report.failed === 0, report.toText());
  }
}

/** The command `glovebox-cache-testkit`, as npm has installed it, on a module of this project and on one that is not there. */
function command() {
  const folder = join('node_modules', '@glovebox', 'cache-testkit');
  const { bin, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = join(folder, bin['glovebox-cache-testkit']);
  const run = (...args) => spawnSync(process.execPath, [file, ...args], { encoding: 'utf8' });
  assert.equal(run('--version').stdout.trim(), version);
  const { status, stdout, stderr } = run('./target.mjs', '--group', 'ttl', '--group', 'tags');
  assert.match(stdout, /^memory: \d+ passed, 0 failed, 2 skipped$/m, stderr);
  assert.equal(status, 0);
  assert.equal(run('@glovebox/cache-memory').status, 2);
  assert.match(run('./missing.mjs').stderr, /there is no file /);
  if (process.platform !== 'win32') accessSync(join('node_modules', '.bin', 'glovebox-cache-testkit'), constants.X_OK);
}
