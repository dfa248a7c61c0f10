import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import type { CacheManager } from '@glovebox/cache-core';
import {
  compileKeymap,
  createLayoutService,
  findWarnings,
  type LayoutSummary,
  parseLayout,
  summarizeLayout,
} from '@glovebox/example-layout-service';

/** One step of the layout service, called twice. Times are in milliseconds. */
export interface LayoutStep {
  readonly operation: string;
  /** The work itself: the first call, or, if that was a hit already, the same work once more beside the cache. */
  readonly coldMs: number;
  readonly firstCallMs: number;
  readonly firstCallHit: boolean;
  /** The second call. */
  readonly warmMs: number;
  readonly warmHit: boolean;
}

export interface LayoutDemo {
  readonly summary: LayoutSummary;
  readonly fileBytes: number;
  readonly keymap: string;
  readonly warnings: readonly string[];
  readonly steps: readonly LayoutStep[];
}

/** Loads and compiles a layout twice through the cache. @throws LayoutError */
export async function runLayoutDemo(cache: CacheManager, file: string): Promise<LayoutDemo> {
  const service = createLayoutService({ cache });
  const load = await timed(() => service.loadLayout(file));
  const compile = await timed(() => service.compileLayout(file));
  const warmLoad = await timed(() => service.loadLayout(file));
  const warmCompile = await timed(() => service.compileLayout(file));
  const { layout, fileBytes } = load.value;
  const loadHit = load.value.steps.load === 'hit';
  const compileHit = compile.value.steps.compile === 'hit';
  const parsing = async () => parseLayout(file, await readFile(file));
  const compiling = async () => [compileKeymap(layout), findWarnings(layout)];
  return {
    summary: summarizeLayout(layout),
    fileBytes,
    keymap: compile.value.keymap,
    warnings: compile.value.warnings,
    steps: [
      {
        operation: 'loadLayout(file)',
        coldMs: loadHit ? (await timed(parsing)).ms : load.ms,
        firstCallMs: load.ms,
        firstCallHit: loadHit,
        warmMs: warmLoad.ms,
        warmHit: warmLoad.value.steps.load === 'hit',
      },
      {
        operation: 'compileLayout(file)',
        coldMs: compileHit ? (await timed(compiling)).ms : compile.ms,
        firstCallMs: compile.ms,
        firstCallHit: compileHit,
        warmMs: warmCompile.ms,
        warmHit: warmCompile.value.steps.compile === 'hit',
      },
    ],
  };
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}
