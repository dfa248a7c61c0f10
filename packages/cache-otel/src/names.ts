/**
 * Names of attributes and instruments. OpenTelemetry's semantic conventions have none for caches; they tell a library to
 * nest what is its own under its own name, and to use what exists for the rest: `error.type`, units, `s` for durations.
 */
export const ATTRIBUTE = {
  cacheName: 'glovebox.cache.name',
  backend: 'glovebox.cache.backend',
  operation: 'glovebox.cache.operation.name',
  outcome: 'glovebox.cache.operation.outcome',
  count: 'glovebox.cache.operation.entries',
  namespace: 'glovebox.cache.namespace',
  key: 'glovebox.cache.key',
  requestResult: 'glovebox.cache.request.result',
  evictionReason: 'glovebox.cache.eviction.reason',
  errorType: 'error.type',
} as const;

export const METRIC = {
  duration: 'glovebox.cache.operation.duration',
  requests: 'glovebox.cache.requests',
  writes: 'glovebox.cache.writes',
  evictions: 'glovebox.cache.evictions',
  errors: 'glovebox.cache.errors',
  entries: 'glovebox.cache.entries',
  size: 'glovebox.cache.size',
} as const;

/** The instrumentation scope of spans and metrics. */
export const SCOPE = '@glovebox/cache-otel';
