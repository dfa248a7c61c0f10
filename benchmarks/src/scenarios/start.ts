import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { summarize } from '../statistics.js';
import { byTurns, type Figure, type Scenario } from './scenario.js';

const modules = {
  'cache-fs': import.meta.resolve('@glovebox/cache-fs'),
  'cache-memory': import.meta.resolve('@glovebox/cache-memory'),
};

/** What a command-line tool waits for. */
export const start: Scenario = {
  name: 'start',
  title: 'from the start of a process to the first get done, imports included; packages: above bare Node',
  async run(directory, isQuick): Promise<readonly Figure[]> {
    const cacheRoot = JSON.stringify(join(directory, 'cache'));
    const scripts = [
      '',
      `import { createFilesystemCache } from ${JSON.stringify(modules['cache-fs'])};
       const cache = createFilesystemCache({ cacheRoot: ${cacheRoot} });
       await cache.get('key');
       process.exit();`,
      `import { createMemoryCache } from ${JSON.stringify(modules['cache-memory'])};
       const cache = createMemoryCache();
       await cache.get('key');
       process.exit();`,
    ];
    const lanes = scripts.map((script, index) => {
      const file = join(directory, `start-${index}.mjs`);
      writeFileSync(file, script);
      return async () => void execFileSync(process.execPath, [file]);
    });
    await byTurns(lanes, 2);
    const [bare = [], ...others] = await byTurns(lanes, isQuick ? 3 : 25);
    return [
      { what: 'bare Node', measured: summarize(bare), unit: 'ms', ratio: undefined },
      ...others.map((times, index) => ({
        what: `${Object.keys(modules)[index]}, above it`,
        measured: summarize(times.map((time, round) => time - (bare[round] ?? 0))),
        unit: 'ms' as const,
        ratio: undefined,
      })),
    ];
  },
};
