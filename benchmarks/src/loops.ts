import type { Expected } from './operations.js';

/** How often the operation returned something else than it should. */
export type Loop = (
  operation: (key: string) => unknown,
  keys: readonly string[],
  passes: number,
  expected: Expected,
) => number | Promise<number>;

/** @public used by {@link loadLoop}, which no static import shows */
export function runSynchronous(
  operation: (key: string) => unknown,
  keys: readonly string[],
  passes: number,
  expected: Expected,
): number {
  let wrong = 0;
  for (let pass = 0; pass < passes; pass++) {
    for (const key of keys) {
      const result = operation(key);
      if (expected === 'value' ? result === undefined : result !== expected) wrong++;
    }
  }
  return wrong;
}

/** @public used by {@link loadLoop}, which no static import shows */
export async function runAsynchronous(
  operation: (key: string) => unknown,
  keys: readonly string[],
  passes: number,
  expected: Expected,
): Promise<number> {
  let wrong = 0;
  for (let pass = 0; pass < passes; pass++) {
    for (const key of keys) {
      const result = await operation(key);
      if (expected === 'value' ? result === undefined : result !== expected) wrong++;
    }
  }
  return wrong;
}

/** A loop for one operation, loaded as a module of its own: V8 compiles the call in it for that operation alone. */
export async function loadLoop(isSynchronous: boolean, operation: string): Promise<Loop> {
  const url = new URL(import.meta.url);
  url.searchParams.set('for', operation);
  const module: typeof import('./loops.js') = await import(url.href);
  return isSynchronous ? module.runSynchronous : module.runAsynchronous;
}
