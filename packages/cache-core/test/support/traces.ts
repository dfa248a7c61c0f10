import { type TracingChannelSubscribers, tracingChannel } from 'node:diagnostics_channel';
import { type OperationTrace, TRACED_OPERATIONS, type TracedOperation } from '@glovebox/cache-core';
import { afterEach } from 'vitest';

const EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const;

/** Run after each test. */
export const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

type Listener = (event: (typeof EVENTS)[number], message: OperationTrace) => void;

/** Listens to every channel of `operations` until the test ends. */
export function listen(listener: Listener, operations: readonly TracedOperation[] = TRACED_OPERATIONS): void {
  for (const operation of operations) {
    const traced = tracingChannel<unknown, object>(`glovebox:cache:${operation}`);
    const subscribers = Object.fromEntries(
      EVENTS.map((event) => [event, (message: unknown) => listener(event, message as OperationTrace)]),
    ) as unknown as TracingChannelSubscribers<object>;
    traced.subscribe(subscribers);
    stops.push(() => traced.unsubscribe(subscribers));
  }
}

/** What each operation tells at its end. */
export function endsOf(operations?: readonly TracedOperation[]): string[] {
  const ends: string[] = [];
  listen((event, { operation, namespace, key, outcome, count }) => {
    const place = [namespace, key].filter((part) => part !== undefined);
    if (event === 'asyncEnd') ends.push([operation, outcome, count, ...place].filter((x) => x !== undefined).join(' '));
  }, operations);
  return ends;
}
