import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { StoredEntry } from '@glovebox/cache-core';
import {
  type BackendBenchmark,
  type BenchmarkOptions,
  type BenchmarkProgress,
  benchmarkBackend,
  type ConformanceTarget,
  type CostRow,
  runConformance,
} from '@glovebox/cache-testkit';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultBaseline } from '../src/benchmark/baseline.js';
import { MapCache } from '../src/benchmark/map-cache.js';
import { ReferenceCache, targetOf } from './reference-cache.js';

const SMALL = '536 B of JSON';
const LARGE = '1 MB of bytes';
const OPERATIONS = ['set new', 'set replace', 'get', 'miss', 'delete', 'getOrSet hit', 'getOrSet miss'];

const reference = targetOf('reference', ReferenceCache);
const baseline = { ...reference, name: 'the baseline' };
const QUICK: BenchmarkOptions = { baseline, seconds: 0.2, rounds: 3 };

/** Keeps the processor busy: a slow backend, whatever else the machine does. */
function spin(microseconds: number): void {
  const endAt = performance.now() + microseconds / 1_000;
  while (performance.now() < endAt);
}

let temporary: string;

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'benchmark-test-'));
  vi.stubEnv('TMPDIR', temporary);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true });
});

describe('a benchmark of a backend', () => {
  const steps: BenchmarkProgress[] = [];
  let benchmark: BackendBenchmark;

  beforeAll(async () => {
    benchmark = await benchmarkBackend(reference, { ...QUICK, onProgress: (step) => steps.push(step) });
  });

  it('gives every operation with both sizes, in figures that can be', () => {
    const { rows, notes } = benchmark;
    const expected = [SMALL, LARGE].flatMap((value) => OPERATIONS.map((operation) => ({ value, operation })));
    expect(rows.map(({ value, operation }) => ({ value, operation }))).toEqual(expected);
    expect(steps).toEqual(expected.map((row, done) => ({ ...row, done, total: expected.length })));
    expect(notes).toEqual([]);
    for (const { backend, baseline: other, ratio } of rows) {
      for (const { microseconds, operationsPerSecond, latency } of [backend, other]) {
        expect(microseconds.median).toBeGreaterThan(0);
        expect(operationsPerSecond).toBeCloseTo(1e6 / microseconds.median);
        const { p50, p90, p99, max, samples } = latency;
        expect([p50, p90, p99, max]).toEqual([p50, p90, p99, max].sort((a, b) => a - b));
        expect(p50).toBeGreaterThan(0);
        expect(samples).toBeGreaterThanOrEqual(3);
      }
      expect(ratio.median).toBeGreaterThan(0);
    }
  });

  it('shows what is slow, and nothing else', async () => {
    class SlowReads extends ReferenceCache {
      protected override readEntry(key: string): StoredEntry | undefined {
        spin(300);
        return this.stored.get(key);
      }
    }
    const { rows } = await benchmarkBackend(targetOf('slow reads', SlowReads), QUICK);
    const rowOf = (operation: string): CostRow | undefined =>
      rows.find((row) => row.operation === operation && row.value === SMALL);
    for (const operation of ['get', 'miss', 'getOrSet hit']) {
      expect(rowOf(operation)?.backend.latency.p50).toBeGreaterThanOrEqual(300);
      expect(rowOf(operation)?.ratio.median).toBeGreaterThan(3 * (rowOf('set replace')?.ratio.median ?? 0));
    }
  });

  it('prints as a table for each size, and as JSON', () => {
    const text = String(benchmark);
    expect(text).toMatch(/^reference beside the baseline\nNode v\d+/);
    for (const operation of OPERATIONS) {
      expect(text.match(new RegExp(`^${operation} .* ×[\\d.,]+ +\\d+ %$`, 'gm'))).toHaveLength(2);
    }
    for (const title of [SMALL, LARGE]) {
      expect(text).toMatch(new RegExp(`^${title} +ops/s +median +± +p50 +p90 +p99 +max +baseline +ratio +±$`, 'm'));
    }
    expect(JSON.parse(JSON.stringify(benchmark))).toMatchObject({
      target: 'reference',
      baseline: 'the baseline',
      rows: benchmark.rows,
      notes: [],
    });
  });

  it('says what it did not measure because the backend refuses it', async () => {
    const limited = { ...reference, create: () => new ReferenceCache({ maxSizeBytes: 900_000 }) };
    const { rows, notes } = await benchmarkBackend(limited, QUICK);
    expect(new Set(rows.map(({ value }) => value))).toEqual(new Set([SMALL]));
    expect(notes).toEqual(['reference does not take 1 MB of bytes: not measured']);
  });

  it('rejects for a backend that answers wrongly, and leaves nothing behind', async () => {
    let closed = 0;
    class Forgetful extends ReferenceCache {
      protected override readEntry(): undefined {
        return undefined;
      }
      override close(): Promise<void> {
        closed++;
        return super.close();
      }
    }
    const wrong = { ...targetOf('forgetful', Forgetful), create: () => new Forgetful({}) };
    await expect(benchmarkBackend(wrong, QUICK)).rejects.toThrow(
      "forgetful answered 'get' with 536 B of JSON wrongly, by undefined. Does it pass the conformance suite",
    );
    expect(closed).toBe(1);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('leaves nothing behind where the baseline can not be made', async () => {
    const unmade = {
      name: 'unmade',
      create(): never {
        throw new Error('no such store');
      },
    };
    await expect(benchmarkBackend(reference, { ...QUICK, baseline: unmade })).rejects.toThrow('no such store');
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each([
    [{ rounds: 2 }, /rounds is 2; allowed is a whole number from 3/],
    [{ seconds: 0 }, /seconds is 0; allowed is a number above 0/],
  ] as const)('refuses %j', async (options, message) => {
    await expect(benchmarkBackend(reference, { ...QUICK, ...options })).rejects.toThrow(message);
  });
});

describe('the baseline', () => {
  it('is the memory backend of the project that runs it', async () => {
    const project = fileURLToPath(new URL('../../cache-config', import.meta.url));
    expect((await defaultBaseline(project)).name).toBe('@glovebox/cache-memory');
  });

  it('is a Map where there is none', () => {
    const module = new URL('../dist/benchmark/baseline.js', import.meta.url).href;
    const script = `
      const { defaultBaseline } = await import('${module}');
      console.log((await defaultBaseline('${temporary}')).name);`;
    // A runner may name folders in NODE_PATH where everything is found.
    const { NODE_PATH: _, ...env } = process.env;
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8', env });
    expect(output).toBe("a Map with the core's codec\n");
  });

  it('that is a Map passes the suite', async () => {
    const target: ConformanceTarget = {
      name: 'map',
      create: (config, { clock }) => new MapCache({ ...config, clock }),
    };
    const report = await runConformance(target, { groups: ['metadata', 'limits'], configurations: ['default'] });
    expect(report.toText()).toContain(' 0 failed');
  });
});
