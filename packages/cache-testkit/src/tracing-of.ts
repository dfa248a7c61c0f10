import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import { type OperationTrace, TRACED_OPERATIONS, type TracedOperation } from '@glovebox/cache-core';

/** Tells what the checks do from what other caches of the process do at the same time. */
const listening = new AsyncLocalStorage<object>();

export const TRACE_EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const;

export type TraceEvent = (typeof TRACE_EVENTS)[number];

/** Runs a task and tells `listener` what operations publish while it does. */
export async function traced<T>(
  listener: (event: TraceEvent, message: OperationTrace) => void,
  task: () => Promise<T>,
  operations: readonly TracedOperation[] = TRACED_OPERATIONS,
): Promise<T> {
  const own = {};
  const subscriptions = operations.flatMap((operation) =>
    TRACE_EVENTS.map((event) => ({
      each: channel(`tracing:glovebox:cache:${operation}:${event}`),
      onMessage: (message: unknown) => {
        if (listening.getStore() === own) listener(event, message as OperationTrace);
      },
    })),
  );
  for (const { each, onMessage } of subscriptions) each.subscribe(onMessage);
  try {
    return await listening.run(own, task);
  } finally {
    for (const { each, onMessage } of subscriptions) each.unsubscribe(onMessage);
  }
}
