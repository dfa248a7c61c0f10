import type { Footprint } from './check.js';
import type { TargetTraits } from './gates.js';
import type { CacheConfig } from './target.js';

/** Configurations in which every check runs. */
export const CONFIGURATIONS = ['default', 'tightest'] as const;

export type ConfigurationName = (typeof CONFIGURATIONS)[number];

/**
 * `default` is what the backend is without options. `tightest` has the smallest limits that hold what the check stores,
 * as far as the backend has limits, and a cleanup every second: nothing may be lost to either.
 */
export function configurationOf(name: ConfigurationName, footprint: Footprint, traits: TargetTraits): CacheConfig {
  if (name === 'default') return {};
  const { limits } = traits.capabilities;
  return {
    cleanupIntervalSeconds: 1,
    ...(limits.entries ? { maxEntries: footprint.entries } : {}),
    ...(limits.bytes ? { maxSizeBytes: footprint.sizeBytes } : {}),
  };
}
