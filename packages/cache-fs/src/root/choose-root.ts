import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { CacheError } from '@glovebox/cache-core';
import { inspectDirectory, unsafeRoot } from './trust.js';

const DEFAULT_FOLDER = 'glovebox_cache';

/**
 * The directory to use, absolute: the one given, else `<tmpdir>/glovebox_cache`, or the user's own `glovebox_cache-<uid>`
 * where another user took that name. It may not exist yet, and nothing is made here.
 * @throws CacheError `CACHE_UNSAFE_ROOT`, or the system's error
 */
export function chooseRoot(cacheRoot: string | undefined): string {
  if (cacheRoot !== undefined) {
    const path = resolve(cacheRoot);
    const finding = inspectDirectory(path);
    if (finding.kind === 'unsafe') throw unsafeRoot(path, finding);
    return path;
  }
  const shared = resolve(tmpdir(), DEFAULT_FOLDER);
  const sharedFinding = inspectDirectory(shared);
  if (sharedFinding.kind !== 'unsafe') return shared;

  const own = join(resolve(tmpdir()), `${DEFAULT_FOLDER}-${process.geteuid?.() ?? userInfo().username}`);
  const ownFinding = inspectDirectory(own);
  if (ownFinding.kind !== 'unsafe') return own;
  throw new CacheError(
    'CACHE_UNSAFE_ROOT',
    `neither default directory can be trusted: ${shared} ${sharedFinding.problem}, and ${own} ${ownFinding.problem}; ` +
      'give a cacheRoot of your own',
  );
}
