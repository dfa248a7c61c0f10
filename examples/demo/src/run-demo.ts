import type { CacheManager } from '@glovebox/cache-core';
import { runMoergoDemo } from '@glovebox/example-moergo-client';
import type { DemoArguments } from './arguments.js';
import { DemoError } from './demo-error.js';
import { runLayoutDemo } from './layout-half.js';
import { openOutputFile } from './output-file.js';
import { layoutReport, moergoReport, statsReport } from './report.js';
import type { Paint } from './text.js';

export interface DemoContext {
  /** Stays open. */
  readonly cache: CacheManager;
  /** Where its files are, to be shown. */
  readonly root: string;
  readonly paint: Paint;
  /** Takes the lines of the report. */
  print(lines: readonly string[]): void;
}

/**
 * Runs both examples on one cache and prints what came of it.
 * @throws LayoutError, and DemoError if the keymap can't be written: before anything is cached
 */
export async function runDemo({ file, shownFile, out }: DemoArguments, context: DemoContext): Promise<void> {
  const { cache, root, paint, print } = context;
  const output = out === undefined ? undefined : await openOutputFile(out, file);
  const before = await cache.getStats();
  try {
    const layout = await runLayoutDemo(cache, file);
    await output?.write(layout.keymap);
    print([...layoutReport(layout, shownFile, output?.path, paint), '']);
  } finally {
    await output?.discard();
  }
  const moergo = await runMoergoDemo({ cache });
  print([...moergoReport(moergo, paint), '']);
  print(statsReport(before, await cache.getStats(), root, paint));
  if (!moergo.succeeded) throw new DemoError('some calls of the MoErgo client failed; see their results above');
}
