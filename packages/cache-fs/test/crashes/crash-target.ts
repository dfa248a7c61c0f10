import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { createFilesystemCache } from '@glovebox/cache-fs';
import type { ConformanceTarget } from '@glovebox/cache-testkit';

/** The cache as other processes open it, and what a killed one may leave in its folders. */
const target: ConformanceTarget = {
  name: 'filesystem',
  module: import.meta.url,
  create: (config, { clock, directory }) =>
    createFilesystemCache({ cacheRoot: directory, clock, cleanupIntervalSeconds: null, ...config }),
  leftovers: {
    list: ({ directory }) => [
      ...filesIn(directory, 'tmp'),
      ...filesIn(directory, 'data/blobs').filter((path) => !isNamed(directory, path)),
      ...filesIn(directory, 'metadata').filter((path) => !hasEntry(directory, path)),
    ],
    // Staging files are kept for ten minutes: their writer may be on another machine.
    age(seconds, { directory }) {
      const then = Date.now() / 1_000 - seconds;
      for (const path of filesIn(directory, 'tmp')) utimesSync(join(directory, path), then, then);
    },
  },
  timeoutSeconds: 15,
};

export default target;

function filesIn(directory: string, folder: string): string[] {
  return readdirSync(join(directory, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => `${folder}/${name}`);
}

function entryOf(directory: string, path: string): string {
  const [id = ''] = path.slice(path.lastIndexOf('/') + 1).split('.');
  return join(directory, 'data', `${id}.json`);
}

function hasEntry(directory: string, path: string): boolean {
  return existsSync(entryOf(directory, path));
}

function isNamed(directory: string, blob: string): boolean {
  const entry = entryOf(directory, blob);
  return existsSync(entry) && readFileSync(entry, 'utf8').includes(blob.slice(blob.lastIndexOf('/') + 1));
}
