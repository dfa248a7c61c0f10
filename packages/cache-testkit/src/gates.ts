import type { CacheCapabilities, EvictionPolicy } from '@glovebox/cache-core';

/** What is known of a target before its checks run. */
export interface TargetTraits {
  readonly capabilities: CacheCapabilities;
  /** The cache has a method `on`. */
  readonly hasEvents: boolean;
  /** The cache publishes its operations on tracing channels. */
  readonly isTraced: boolean;
  /** The cache can be viewed through a schema. */
  readonly canBeTyped: boolean;
  /** The target's time is the check's clock alone. */
  readonly hasExactClock: boolean;
  /** The target has a module that other processes can import. */
  readonly hasModule: boolean;
  /** The target gives access to stored bytes. */
  readonly canCorrupt: boolean;
  /** The target can make entries of a later format. */
  readonly canMakeNewer: boolean;
  /** The target can make its store fail. */
  readonly canBreak: boolean;
  /** The target declares by how much processes may exceed a limit together. */
  readonly hasOvershoot: boolean;
}

interface GateRule {
  isOpen(traits: TargetTraits): boolean;
  /** Completes "not asked: needs …". */
  readonly need: string;
}

const RULES = {
  persistent: { isOpen: ({ capabilities }) => capabilities.persistent, need: 'capabilities.persistent' },
  persistentStats: { isOpen: ({ capabilities }) => capabilities.persistentStats, need: 'capabilities.persistentStats' },
  persistentUsage: { isOpen: ({ capabilities }) => capabilities.persistentUsage, need: 'capabilities.persistentUsage' },
  multiProcess: { isOpen: ({ capabilities }) => capabilities.multiProcess, need: 'capabilities.multiProcess' },
  crossProcessLocks: {
    isOpen: ({ capabilities }) => capabilities.crossProcessLocks,
    need: 'capabilities.crossProcessLocks',
  },
  module: { isOpen: ({ hasModule }) => hasModule, need: 'target.module, for other processes to import' },
  overshoot: {
    isOpen: ({ hasOvershoot }) => hasOvershoot,
    need: 'target.overshoot, by how much processes may exceed a limit together',
  },
  entryLimit: { isOpen: ({ capabilities }) => capabilities.limits.entries, need: 'capabilities.limits.entries' },
  byteLimit: { isOpen: ({ capabilities }) => capabilities.limits.bytes, need: 'capabilities.limits.bytes' },
  evicts: {
    isOpen: (traits) => evictingPolicyOf(traits) !== undefined,
    need: "capabilities.evictionPolicies with another than 'ttl'",
  },
  lru: policy('lru'),
  lfu: policy('lfu'),
  fifo: policy('fifo'),
  ttlPolicy: policy('ttl'),
  sieve: policy('sieve'),
  s3Fifo: policy('s3-fifo'),
  wTinyLfu: policy('w-tinylfu'),
  copies: {
    isOpen: ({ capabilities }) => capabilities.isolation !== 'reference',
    need: "isolation 'clone' or 'freeze'",
  },
  clones: { isOpen: ({ capabilities }) => capabilities.isolation === 'clone', need: "isolation 'clone'" },
  freezes: { isOpen: ({ capabilities }) => capabilities.isolation === 'freeze', need: "isolation 'freeze'" },
  references: { isOpen: ({ capabilities }) => capabilities.isolation === 'reference', need: "isolation 'reference'" },
  events: { isOpen: ({ hasEvents }) => hasEvents, need: 'a method on(event, listener)' },
  tracing: { isOpen: ({ isTraced }) => isTraced, need: "operations told on 'tracing:glovebox:cache:*'" },
  typed: { isOpen: ({ canBeTyped }) => canBeTyped, need: 'a cache built on BaseCacheManager, or a view of one' },
  grace: { isOpen: ({ capabilities }) => capabilities.grace === true, need: 'capabilities.grace' },
  slidingTtl: { isOpen: ({ capabilities }) => capabilities.slidingTtl === true, need: 'capabilities.slidingTtl' },
  crossProcessTags: {
    isOpen: ({ capabilities }) => capabilities.crossProcessTags === true,
    need: 'capabilities.crossProcessTags',
  },
  exactClock: { isOpen: ({ hasExactClock }) => hasExactClock, need: 'a store that lives by the injected clock' },
  corrupt: { isOpen: ({ canCorrupt }) => canCorrupt, need: 'target.corrupt' },
  newerFormat: { isOpen: ({ canMakeNewer }) => canMakeNewer, need: 'target.corrupt.makeNewer' },
  breakStore: { isOpen: ({ canBreak }) => canBreak, need: 'target.breakStore' },
} as const satisfies Record<string, GateRule>;

/** What a check may need of a cache. */
export type Gate = keyof typeof RULES;

function policy(name: EvictionPolicy): GateRule {
  return {
    isOpen: ({ capabilities }) => capabilities.limits.entries && capabilities.evictionPolicies.includes(name),
    need: `capabilities.evictionPolicies with '${name}' and capabilities.limits.entries`,
  };
}

/** The first policy that makes room by removing live entries. */
export function evictingPolicyOf({ capabilities }: TargetTraits): EvictionPolicy | undefined {
  return capabilities.evictionPolicies.find((name) => name !== 'ttl');
}

/** Why a check is not asked of the target, `undefined` if it is. */
export function closedGate(needs: readonly Gate[], traits: TargetTraits): string | undefined {
  const closed = needs.find((gate) => !RULES[gate].isOpen(traits));
  return closed === undefined ? undefined : `not asked: needs ${RULES[closed].need}`;
}
