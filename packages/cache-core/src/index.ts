export { BaseCacheManager } from './base-cache-manager.js';
export { CacheKey, type KeyPart } from './cache-key.js';
export type { TaggedEntry } from './cache-operations.js';
export { checkKey } from './checks.js';
export { type CancelTimer, type Clock, ManualClock, systemClock } from './clock.js';
export { cloneValue, copyValue } from './clone.js';
export { bytesEncoding, valueCodec } from './codec.js';
export { type DurationString, MAX_TTL_SECONDS, parseDuration, parseTtl } from './duration.js';
export { describeEntry, type EntryUsage, expiryOf, isExpired, isLive, isOverdue, MAX_FUTURE_MS } from './entry.js';
export { EntryIndex, type IndexedEntry, type StoreLimits } from './entry-index.js';
export { CACHE_ERROR_CODES, CacheError, type CacheErrorCode, type CacheErrorOptions, isCacheError } from './errors.js';
export type { CacheEventName, CacheEvents, CacheListener } from './events.js';
export {
  createEvictionOrder,
  isOrderedPolicy,
  type OrderedPolicy,
} from './eviction/create-eviction-order.js';
export type { EvictionOrder, OrderNode } from './eviction/eviction-order.js';
export { type Linked, LinkedList } from './eviction/linked-list.js';
export { CACHE_PARTS, type CacheParts, partsOf } from './fitting.js';
export { type CacheOrigin, ForwardingCache, originOf } from './forwarding-cache.js';
export { type MemoizeOptions, memoize } from './memoize.js';
export { nearestName } from './nearest-name.js';
export {
  type CacheOperation,
  debugLine,
  type OperationMessage,
  type OperationOutcome,
  printableKey,
} from './observation.js';
export {
  type BaseCacheOptions,
  baseOptionRules,
  checkOptions,
  describeValue,
  EVICTION_POLICIES,
  type OptionRule,
  type OptionRules,
  optionRules,
  unknownField,
} from './options.js';
export { slidExpiry } from './sliding.js';
export { copyOf, Snapshot, snapshotOf } from './snapshot/snapshot.js';
export {
  addCounters,
  type CacheCounters,
  COUNTER,
  COUNTER_NAMES,
  type CounterName,
  createCounters,
  type StoreTotals,
  snapshotStats,
} from './stats.js';
export { type OperationTrace, type RunWrapper, TRACED_OPERATIONS, type TracedOperation } from './tracing.js';
export type {
  ByteReader,
  ByteSource,
  ByteStage,
  CacheCapabilities,
  CacheLogger,
  CacheManager,
  CacheMetadata,
  CacheStats,
  Codec,
  CodecTransform,
  Duration,
  EncodedValue,
  EvictionPolicy,
  Factory,
  FactoryContext,
  GetOrSetOptions,
  Isolation,
  ListedEntry,
  ListOptions,
  LookupResult,
  OpenedEntry,
  SetOptions,
  SetStreamOptions,
  StoredEntry,
  Ttl,
  ValueEncoding,
  WebByteStream,
} from './types.js';
