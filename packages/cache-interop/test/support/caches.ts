import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFilesystemCache } from '@glovebox/cache-fs';
import { createMemoryCache } from '@glovebox/cache-memory';
import { afterAll, onTestFinished } from 'vitest';

export const KINDS = ['memory', 'filesystem'] as const;

/** A cache for all tests of a block, made when first asked for and closed after them. */
export function sharedCache(kind: (typeof KINDS)[number]) {
  let close = async () => {};
  afterAll(() => close());
  const open = () => {
    if (kind === 'memory') return createMemoryCache();
    const cacheRoot = newDirectory();
    const cache = createFilesystemCache({ cacheRoot });
    close = async () => {
      await cache.close();
      rmSync(cacheRoot, { recursive: true, force: true });
    };
    return cache;
  };
  let cache: ReturnType<typeof open> | undefined;
  return () => {
    cache ??= open();
    return cache;
  };
}

/** A directory of its own for the test, removed afterwards. */
export function temporaryDirectory(): string {
  const path = newDirectory();
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'glovebox-interop-'));
}
