import {
  type CacheManager,
  checkOptions,
  type OptionRule,
  type OptionRules,
  optionRules,
  TRACED_OPERATIONS,
  type TracedOperation,
} from '@glovebox/cache-core';
import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import { countEvents, measureDurations, observeContents } from './metrics.js';
import { NamedCaches } from './named-caches.js';
import { SCOPE } from './names.js';
import { createSpans } from './spans.js';

export interface InstrumentationOptions {
  /** Makes the spans; `null` for none. @default the one registered with the API */
  readonly tracerProvider?: TracerProvider | null | undefined;
  /** Makes the metrics; `null` for none. @default the one registered with the API */
  readonly meterProvider?: MeterProvider | null | undefined;
  /** Operations that are measured and have spans. @default all */
  readonly operations?: readonly TracedOperation[] | undefined;
  /** Whether spans have keys, in an attribute and in messages of errors. They may be personal, and are many. @default false */
  readonly keys?: boolean | undefined;
  /** No span for what is called outside of any, such as automatic cleanups. @default false */
  readonly requireParentSpan?: boolean | undefined;
}

const rules = {
  tracerProvider: providerWith('getTracer'),
  meterProvider: providerWith('getMeter'),
  operations: (value) =>
    Array.isArray(value) && value.every((each) => TRACED_OPERATIONS.includes(each))
      ? undefined
      : `a list of ${TRACED_OPERATIONS.join(', ')}`,
  keys: optionRules.boolean,
  requireParentSpan: optionRules.boolean,
} as const satisfies OptionRules;

/**
 * Makes spans and metrics of what the caches do, until the returned function is called.
 * @param caches by the name that they are told under: caches, handles of shared ones, or namespaces
 * @throws CacheError `CACHE_CLOSED`, or `CACHE_INVALID_CONFIG` for a wrong option
 */
export function instrumentCaches(
  caches: Readonly<Record<string, CacheManager>>,
  options: InstrumentationOptions = {},
): () => void {
  checkOptions('instrumentCaches', options, rules);
  const { tracerProvider = trace, meterProvider = metrics, keys = false, requireParentSpan = false } = options;
  const { operations = TRACED_OPERATIONS } = options;
  const named = new NamedCaches(caches);
  const stops: (() => void)[] = [];
  if (tracerProvider !== null) {
    stops.push(createSpans(tracerProvider.getTracer(SCOPE), named, { operations, keys, requireParentSpan }));
  }
  if (meterProvider !== null) {
    const meter = meterProvider.getMeter(SCOPE);
    stops.push(
      measureDurations(meter, named, operations),
      countEvents(meter, caches),
      observeContents(meter, caches, named),
    );
  }
  return () => {
    for (const stop of stops.splice(0)) stop();
  };
}

function providerWith(method: string): OptionRule {
  return (value) => {
    const isProvider =
      value === null || (typeof value === 'object' && typeof Reflect.get(value, method) === 'function');
    return isProvider ? undefined : `an object with ${method}(), or null for none`;
  };
}
