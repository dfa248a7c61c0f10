import { type Channel, channel } from 'node:diagnostics_channel';
import type { OperationMessage, OperationTrace, TracedOperation } from '@glovebox/cache-core';
import { type Attributes, context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { errorTypeOf, recordError } from './errors.js';
import type { NamedCaches } from './named-caches.js';
import { ATTRIBUTE } from './names.js';

export interface SpanSettings {
  readonly operations: readonly TracedOperation[];
  readonly keys: boolean;
  readonly requireParentSpan: boolean;
}

/** A span an operation, a child of the caller's and active while it runs. Returns what ends that. */
export function createSpans(tracer: Tracer, caches: NamedCaches, settings: SpanSettings): () => void {
  const spans = new WeakMap<object, Span>();
  const own = new WeakSet<Span>();

  const onStart = (message: unknown) => {
    const operation = message as OperationTrace;
    const name = caches.nameOf(operation);
    // A timer's cleanup has the context of whoever came first, and is none of his business.
    const isRoot = operation.isAutomatic || trace.getActiveSpan() === undefined;
    if (name === undefined || (isRoot && settings.requireParentSpan)) return;
    const span = tracer.startSpan(`${operation.operation} ${name}`, {
      kind: SpanKind.INTERNAL,
      root: operation.isAutomatic,
      attributes: attributesAtStart(operation, name, settings.keys),
    });
    spans.set(operation, span);
    own.add(span);
    const inside = trace.setSpan(context.active(), span);
    operation.runWithin((run) => context.with(inside, run));
  };
  const onEnd = (message: unknown) => {
    const { outcome, count, error } = message as OperationTrace;
    const span = spans.get(message as OperationTrace);
    if (span === undefined) return;
    if (outcome !== undefined) span.setAttribute(ATTRIBUTE.outcome, outcome);
    if (count !== undefined) span.setAttribute(ATTRIBUTE.count, count);
    if (outcome === 'error') {
      span.setAttribute(ATTRIBUTE.errorType, errorTypeOf(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      recordError(span, error, settings.keys);
    }
    span.end();
  };
  /** Told within the operation that met the fault, which therefore is the active one. */
  const onOutcome = (message: unknown) => {
    const { outcome, error } = message as OperationMessage;
    const span = outcome === 'error' ? trace.getActiveSpan() : undefined;
    if (span !== undefined && own.has(span) && span.isRecording()) recordError(span, error, settings.keys);
  };

  const subscriptions = settings.operations.flatMap((operation): [Channel, (message: unknown) => void][] => [
    [channel(`tracing:glovebox:cache:${operation}:start`), onStart],
    [channel(`tracing:glovebox:cache:${operation}:asyncEnd`), onEnd],
    [channel(`glovebox:cache:${operation}`), onOutcome],
  ]);
  for (const [each, listener] of subscriptions) each.subscribe(listener);
  return () => {
    for (const [each, listener] of subscriptions) each.unsubscribe(listener);
  };
}

function attributesAtStart(
  { cache, operation, namespace, key }: OperationTrace,
  name: string,
  keys: boolean,
): Attributes {
  return {
    [ATTRIBUTE.cacheName]: name,
    [ATTRIBUTE.backend]: cache,
    [ATTRIBUTE.operation]: operation,
    ...(namespace !== undefined && { [ATTRIBUTE.namespace]: namespace }),
    ...(keys && key !== undefined && { [ATTRIBUTE.key]: key }),
  };
}
