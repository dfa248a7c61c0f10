import { isCacheError } from '@glovebox/cache-core';
import { LayoutError } from '@glovebox/example-layout-service';
import { readArguments, USAGE } from './arguments.js';
import { DemoError } from './demo-error.js';
import { openCache } from './open-cache.js';
import { runDemo } from './run-demo.js';
import { painter } from './text.js';

/** The demonstration as a program: the exit code, 0 or 1. */
export async function main(argv: readonly string[]): Promise<number> {
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    // Package managers run scripts in the folder of the package, and tell by this where the user is.
    const args = readArguments(argv, process.env.INIT_CWD || process.cwd());
    if (args.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    const { cache, root } = openCache(args.cacheRoot);
    try {
      await runDemo(args, {
        cache,
        root,
        paint: painter(process.stdout, process.env),
        print: (lines) => process.stdout.write(`${lines.join('\n')}\n`),
      });
    } finally {
      await cache.close();
    }
    return 0;
  } catch (error) {
    if (!(error instanceof DemoError || error instanceof LayoutError || isCacheError(error))) throw error;
    process.stderr.write(`${painter(process.stderr, process.env)('red', 'error')} ${error.message}\n`);
    return 1;
  }
}
