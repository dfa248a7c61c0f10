export { BackendBenchmark, type CostRow, type Costs } from './benchmark/backend-benchmark.js';
export { type BenchmarkOptions, type BenchmarkProgress, benchmarkBackend } from './benchmark/benchmark-backend.js';
export type { Latency, Spread } from './benchmark/statistics.js';
export { CHECK_GROUPS, type Check, type CheckGroup, type Footprint, type Scale } from './check.js';
export { CHECKS } from './checks/index.js';
export { CONFIGURATIONS, type ConfigurationName } from './configurations.js';
export type { CheckFailure } from './failure.js';
export type { Gate } from './gates.js';
export {
  ProcessDriver,
  type ProcessDriverOptions,
  routineOf,
  type StartOptions,
  type TypedRoutine,
} from './processes/driver.js';
export {
  monotonicNanoseconds,
  type Routine,
  type RoutineContext,
  type RoutineReference,
} from './processes/protocol.js';
export { WorkerFailure, type WorkerProcess } from './processes/worker-process.js';
export { registerConformance, type TestRunner } from './register-conformance.js';
export { ConformanceReport } from './report.js';
export type { CheckResult } from './run-check.js';
export {
  type ConformanceOptions,
  type ConformanceProgress,
  runConformance,
  type StartedCheck,
} from './run-conformance.js';
export type { RunSettings } from './run-settings.js';
export type { Scene } from './scene.js';
export type { CheckSelection } from './selection.js';
export type { CacheConfig, ConformanceTarget, Leftovers, StoreContext, StoredBytes } from './target.js';
