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
  title:
    'from the start of a process to the first get done, imports included; packages: above bare Node, and with NODE_COMPILE_CACHE (Node 22 and later)',
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
    const files = scripts.map((script, index) => {
      const file = join(directory, `start-${index}.mjs`);
      writeFileSync(file, script);
      return file;
    });
    const lanes = [undefined, join(directory, 'compiled')].flatMap((compileCache) => {
      const env = { ...process.env, NODE_COMPILE_CACHE: compileCache };
      return files.map((file) => async () => void execFileSync(process.execPath, [file], { env }));
    });
    await byTurns(lanes, 2);
    const times = await byTurns(lanes, isQuick ? 3 : 25);
    const plain = times.slice(0, files.length);
    const cached = times.slice(files.length);
    return [
      { what: 'bare Node', measured: summarize(plain[0] ?? []), unit: 'ms', ratio: undefined },
      ...aboveBare(plain, 'above it'),
      ...aboveBare(cached, 'above it with a compile cache'),
    ];
  },
};

/** @param times of bare Node, then of each package */
function aboveBare([bare = [], ...packages]: readonly (readonly number[])[], how: string): readonly Figure[] {
  return packages.map((times, index) => ({
    what: `${Object.keys(modules)[index]}, ${how}`,
    measured: summarize(times.map((time, round) => time - (bare[round] ?? 0))),
    unit: 'ms',
    ratio: undefined,
  }));
}
