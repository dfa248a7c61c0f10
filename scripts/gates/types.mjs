import { runTool } from '../lib/run.mjs';

/**
 * Types of the sources, then of the tests. A test of types (`*.test-d.ts`) holds `expectTypeOf` and `@ts-expect-error`,
 * which the compiler alone decides: it is never run.
 */
export async function types() {
  await runTool('typescript', 'tsc', ['-b', '--pretty', 'false']);
  await runTool('typescript', 'tsc', ['-p', 'tsconfig.test.json', '--pretty', 'false']);
}
