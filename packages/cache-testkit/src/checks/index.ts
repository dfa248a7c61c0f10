import type { Check } from '../check.js';
import { atomicChecks } from './atomic.js';
import { atomicValueChecks } from './atomic-values.js';
import { batchChecks } from './batches.js';
import { byteLimitChecks } from './byte-limits.js';
import { computingChecks } from './computing.js';
import { crashChecks } from './crashes.js';
import { damageChecks } from './damage.js';
import { damagedEntryChecks } from './damaged-entries.js';
import { entryListingChecks } from './entry-listing.js';
import { eventChecks } from './events.js';
import { evictionChecks } from './eviction.js';
import { faultChecks } from './faults.js';
import { getOrSetChecks } from './get-or-set.js';
import { graceChecks } from './grace.js';
import { invalidationChecks } from './invalidation.js';
import { isolationChecks } from './isolation.js';
import { keyListingChecks } from './key-listing.js';
import { keyChecks } from './keys.js';
import { lifecycleChecks } from './lifecycle.js';
import { limitChecks } from './limits.js';
import { metadataChecks } from './metadata.js';
import { modelChecks } from './model.js';
import { namespaceChecks } from './namespaces.js';
import { persistedCountChecks } from './persisted-counts.js';
import { persistenceChecks } from './persistence.js';
import { processCountChecks } from './process-counts.js';
import { processFlightChecks } from './process-flights.js';
import { processHistoryChecks } from './process-histories.js';
import { processStreamChecks } from './process-streams.js';
import { processTagChecks } from './process-tags.js';
import { processTypedChecks } from './process-typed.js';
import { processUpdateChecks } from './process-updates.js';
import { processChecks } from './processes.js';
import { randomCrashChecks } from './random-crashes.js';
import { refusedValueChecks } from './refused-values.js';
import { removalChecks } from './removal.js';
import { slidingChecks } from './sliding.js';
import { statsChecks } from './stats.js';
import { streamFailureChecks } from './stream-failures.js';
import { streamReadChecks } from './stream-reads.js';
import { streamChecks } from './streams.js';
import { tagChecks } from './tags.js';
import { tracingChecks } from './tracing.js';
import { ttlChecks } from './ttl.js';
import { expiryChecks } from './ttl-expiry.js';
import { typedReadChecks } from './typed-reads.js';
import { typedViewChecks } from './typed-views.js';
import { typedWriteChecks } from './typed-writes.js';
import { valueChecks } from './values.js';
import { warmChecks } from './warm.js';

/** Every check, by group. */
export const CHECKS: readonly Check[] = [
  ...keyChecks,
  ...keyListingChecks,
  ...entryListingChecks,
  ...valueChecks,
  ...refusedValueChecks,
  ...ttlChecks,
  ...expiryChecks,
  ...slidingChecks,
  ...metadataChecks,
  ...statsChecks,
  ...limitChecks,
  ...byteLimitChecks,
  ...evictionChecks,
  ...tagChecks,
  ...invalidationChecks,
  ...namespaceChecks,
  ...getOrSetChecks,
  ...graceChecks,
  ...computingChecks,
  ...warmChecks,
  ...atomicChecks,
  ...atomicValueChecks,
  ...streamChecks,
  ...streamReadChecks,
  ...streamFailureChecks,
  ...batchChecks,
  ...typedReadChecks,
  ...typedWriteChecks,
  ...typedViewChecks,
  ...processTypedChecks,
  ...eventChecks,
  ...tracingChecks,
  ...lifecycleChecks,
  ...removalChecks,
  ...isolationChecks,
  ...persistenceChecks,
  ...persistedCountChecks,
  ...processChecks,
  ...processHistoryChecks,
  ...processFlightChecks,
  ...processUpdateChecks,
  ...processTagChecks,
  ...processStreamChecks,
  ...processCountChecks,
  ...crashChecks,
  ...randomCrashChecks,
  ...damageChecks,
  ...damagedEntryChecks,
  ...faultChecks,
  ...modelChecks,
];
