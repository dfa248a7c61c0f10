import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

/** One name for a root, however it is spelt: absolute, symbolic links followed as far as it exists. */
export function physicalRoot(cacheRoot: string | undefined): string {
  return followLinks(resolve(cacheRoot ?? join(tmpdir(), 'glovebox_cache')));
}

function followLinks(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(followLinks(parent), basename(path));
  }
}
