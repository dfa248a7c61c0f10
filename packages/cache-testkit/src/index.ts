export { CHECK_GROUPS, type Check, type CheckGroup, type Footprint } from './check.js';
export { CHECKS } from './checks/index.js';
export { CONFIGURATIONS, type ConfigurationName } from './configurations.js';
export type { Gate } from './gates.js';
export { registerConformance, type TestRunner } from './register-conformance.js';
export { ConformanceReport } from './report.js';
export type { CheckFailure, CheckResult } from './run-check.js';
export {
  type ConformanceOptions,
  type ConformanceProgress,
  runConformance,
  type StartedCheck,
} from './run-conformance.js';
export type { Scene } from './scene.js';
export type { CheckSelection } from './selection.js';
export type { CacheConfig, ConformanceTarget, StoreContext } from './target.js';
