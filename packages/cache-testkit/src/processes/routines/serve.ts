import type { CacheManager } from '@glovebox/cache-core';
import { routineOf } from '../driver.js';
import type { RoutineContext } from '../protocol.js';

/** A call that a process makes on its cache for another one. */
export interface RemoteCall {
  readonly method: string;
  readonly args: readonly unknown[];
}

/** How the call ended. */
export type RemoteOutcome =
  | { readonly isResolved: true; readonly value: unknown }
  | { readonly isResolved: false; readonly error: unknown; readonly code: unknown };

/** Opens an instance and makes the calls that it is told, one after the other, until it is told to stop. */
export async function serve({ open, received, report }: RoutineContext<null>): Promise<void> {
  const cache = await open();
  report('opened');
  for await (const call of received()) report(await answer(cache, call as RemoteCall));
}

export const serveRoutine = routineOf(import.meta.url, serve);

async function answer(cache: CacheManager, { method, args }: RemoteCall): Promise<RemoteOutcome> {
  try {
    const member: unknown = Reflect.get(cache, method);
    if (typeof member !== 'function') throw new TypeError(`the cache has no method ${method}`);
    const result: unknown = Reflect.apply(member, cache, args);
    return { isResolved: true, value: isAsyncIterable(result) ? await listed(result) : await result };
  } catch (error) {
    const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
    return { isResolved: false, error: error instanceof Error ? error.message : String(error), code };
  }
}

async function listed(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = [];
  for await (const item of items) list.push(item);
  return list;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
