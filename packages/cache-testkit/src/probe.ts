import { type CacheCapabilities, EVICTION_POLICIES, partsOf } from '@glovebox/cache-core';
import { hasEvents } from './events-of.js';
import type { TargetTraits } from './gates.js';
import { Scene } from './scene.js';
import type { ConformanceTarget } from './target.js';
import { traced } from './tracing-of.js';
import { Trail } from './trail.js';

const known = new WeakMap<ConformanceTarget, Promise<TargetTraits>>();
const trails = new WeakMap<ConformanceTarget, Trail>();

/** What the target declares, read from an instance once. Rejects if it can't be made or closed. */
export function traitsOf(target: ConformanceTarget): Promise<TargetTraits> {
  const traits = known.get(target) ?? probe(target);
  known.set(target, traits);
  return traits;
}

/** What was done to read a target's traits. */
export function probeTrailOf(target: ConformanceTarget): Trail {
  return trails.get(target) ?? new Trail();
}

async function probe(target: ConformanceTarget): Promise<TargetTraits> {
  const scene = new Scene(target, {
    config: {},
    seed: 'probe',
    evictingPolicy: undefined,
    scale: 'quick',
    patienceMs: 0,
  });
  trails.set(target, scene.trail);
  let isTraced = false;
  const read = async () => {
    const cache = await scene.open();
    checkCapabilities(cache.capabilities);
    return {
      capabilities: cache.capabilities,
      hasEvents: hasEvents(cache),
      canBeTyped: partsOf(cache) !== undefined,
      hasExactClock: target.advance === undefined,
      hasModule: target.module !== undefined,
      canCorrupt: target.corrupt !== undefined,
      canMakeNewer: target.corrupt?.makeNewer !== undefined,
      canBreak: target.breakStore !== undefined,
      hasOvershoot: target.overshoot !== undefined,
    };
  };
  // Any operation would show it; closing is one that is done anyway.
  const close = () =>
    traced(
      () => {
        isTraced = true;
      },
      () => scene.dispose(),
      ['close'],
    );
  let traits: Omit<TargetTraits, 'isTraced'>;
  try {
    traits = await read();
  } finally {
    await close();
  }
  return { ...traits, isTraced };
}

/** Gates would read a misspelt capability as "no", and the checks behind it would silently not run. */
function checkCapabilities(capabilities: CacheCapabilities): void {
  const found: unknown = capabilities;
  if (typeof found !== 'object' || found === null) throw new TypeError('cache.capabilities is not an object');
  const { limits, evictionPolicies } = capabilities;
  const flags = {
    persistent: capabilities.persistent,
    multiProcess: capabilities.multiProcess,
    crossProcessLocks: capabilities.crossProcessLocks,
    persistentStats: capabilities.persistentStats,
    persistentUsage: capabilities.persistentUsage,
    'limits.entries': limits?.entries,
    'limits.bytes': limits?.bytes,
    grace: capabilities.grace ?? false,
  };
  for (const [name, value] of Object.entries(flags)) {
    if (typeof value !== 'boolean') throw new TypeError(`cache.capabilities.${name} is not true or false`);
  }
  if (!['clone', 'freeze', 'reference'].includes(capabilities.isolation)) {
    throw new TypeError("cache.capabilities.isolation is none of 'clone', 'freeze', 'reference'");
  }
  if (!Array.isArray(evictionPolicies) || evictionPolicies.some((name) => !EVICTION_POLICIES.includes(name))) {
    throw new TypeError(
      `cache.capabilities.evictionPolicies is not an array of names among ${EVICTION_POLICIES.join(', ')}`,
    );
  }
}
