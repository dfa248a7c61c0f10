import { performance } from 'node:perf_hooks';
import { CacheError } from '@glovebox/cache-core';
import type { ConformanceTarget } from '../target.js';
import { BackendBenchmark, type CostRow, type Costs } from './backend-benchmark.js';
import { defaultBaseline } from './baseline.js';
import { Lane, type Plan } from './lane.js';
import { OPERATIONS, type Operation } from './operations.js';
import { latencyOf, medianOf, spreadOf } from './statistics.js';
import { type BenchmarkValue, VALUES } from './values.js';

export interface BenchmarkOptions {
  /** What the backend is compared with. @default the memory backend if your project has it, else a Map */
  readonly baseline?: ConformanceTarget;
  /** Rounds of each operation, one cache after the other in each. @default 25 */
  readonly rounds?: number;
  /** About how long the whole takes. On a slow backend three rounds of each operation may take longer. @default 10 */
  readonly seconds?: number;
  /** Told each operation before it is measured. */
  readonly onProgress?: (progress: BenchmarkProgress) => void;
}

export interface BenchmarkProgress {
  /** Operations measured so far, and in all. */
  readonly done: number;
  readonly total: number;
  readonly operation: string;
  readonly value: string;
}

const DEFAULT_ROUNDS = 25;
const DEFAULT_SECONDS = 10;
const MIN_ROUNDS = 3;
/** Long enough for a median, short enough for many turns. */
const LONGEST_SAMPLE_MS = 2;

/**
 * Measures what the operations of a backend cost, beside another's: both by turns, so that whatever else the machine does
 * meets both. Each is made as its target makes it without options, on a store of its own, by the system's clock.
 * @throws CacheError `CACHE_INVALID_CONFIG` for options that are not allowed; an Error if a cache answers wrongly
 */
export async function benchmarkBackend(
  target: ConformanceTarget,
  options: BenchmarkOptions = {},
): Promise<BackendBenchmark> {
  const { rounds = DEFAULT_ROUNDS, seconds = DEFAULT_SECONDS, onProgress } = options;
  if (!Number.isSafeInteger(rounds) || rounds < MIN_ROUNDS)
    refuse('rounds', rounds, `a whole number from ${MIN_ROUNDS}`);
  if (!(seconds > 0 && seconds <= 86_400)) refuse('seconds', seconds, 'a number above 0 and up to 86400');
  const baseline = options.baseline ?? (await defaultBaseline());
  const total = VALUES.length * OPERATIONS.length;
  const lanes: Lane[] = [];
  try {
    const backendLane = await Lane.open(target);
    lanes.push(backendLane);
    const baselineLane = await Lane.open(baseline);
    lanes.push(baselineLane);
    const rows: CostRow[] = [];
    const notes: string[] = [];
    for (const [position, value] of VALUES.entries()) {
      const refusing = await firstRefusal(lanes, value);
      if (refusing === undefined) {
        for (const [index, operation] of OPERATIONS.entries()) {
          const done = position * OPERATIONS.length + index;
          onProgress?.({ done, total, operation: operation.name, value: value.name });
          const budgetMs = (seconds * 1_000) / total;
          rows.push(await measure([backendLane, baselineLane], operation, value, { rounds, budgetMs }));
        }
      } else {
        notes.push(`${refusing} does not take ${value.name}: not measured`);
      }
      for (const lane of lanes) await lane.empty();
    }
    return new BackendBenchmark({ target: target.name, baseline: baseline.name, rows, notes });
  } finally {
    for (const lane of lanes) await lane.close();
  }
}

async function firstRefusal(lanes: readonly Lane[], value: BenchmarkValue): Promise<string | undefined> {
  for (const lane of lanes) if (!(await lane.fill(value))) return lane.name;
  return undefined;
}

/** What was measured of a lane: the median of each round, and single operations of all rounds. */
interface Samples {
  readonly lane: Lane;
  readonly plan: Plan;
  readonly medians: number[];
  readonly latencies: number[];
}

async function measure(
  [backendLane, baselineLane]: readonly [Lane, Lane],
  operation: Operation,
  value: BenchmarkValue,
  { rounds, budgetMs }: { readonly rounds: number; readonly budgetMs: number },
): Promise<CostRow> {
  const endAt = performance.now() + budgetMs;
  // A quarter for warming up; of the rest each lane's share, halved for storing and removing, and again for the latencies.
  const sampleMs = Math.min(LONGEST_SAMPLE_MS, (budgetMs * 0.75) / (rounds * 2 * 4));
  const begin = async (lane: Lane): Promise<Samples> => {
    const plan = await lane.prepare(operation, value, sampleMs, budgetMs / 8);
    return { lane, plan, medians: [], latencies: [] };
  };
  const backend = await begin(backendLane);
  const baseline = await begin(baselineLane);
  for (let round = 0; round < rounds; round++) {
    if (round >= MIN_ROUNDS && performance.now() > endAt) break;
    // The other one begins each time: nobody always comes second.
    for (const { lane, plan, medians, latencies } of round % 2 === 0 ? [backend, baseline] : [baseline, backend]) {
      const costs = await lane.sample(operation, value, plan);
      medians.push(medianOf(costs));
      const singles = plan.groupSize === 1 ? costs : await lane.sample(operation, value, { ...plan, groupSize: 1 });
      for (const single of singles) latencies.push(single);
    }
  }
  // Within a round both met the same machine.
  const ratios = backend.medians.map((median, round) => median / (baseline.medians[round] ?? Number.NaN));
  return {
    value: value.name,
    operation: operation.name,
    backend: costsOf(backend),
    baseline: costsOf(baseline),
    ratio: spreadOf(ratios),
  };
}

function costsOf({ medians, latencies }: Samples): Costs {
  const microseconds = spreadOf(medians);
  return { microseconds, operationsPerSecond: 1e6 / microseconds.median, latency: latencyOf(latencies) };
}

function refuse(name: string, found: unknown, allowed: string): never {
  throw new CacheError('CACHE_INVALID_CONFIG', `benchmarkBackend: ${name} is ${String(found)}; allowed is ${allowed}`);
}
