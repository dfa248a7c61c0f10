import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createFilesystemCache, type FilesystemCache, type FilesystemCacheOptions } from '../src/index.js';

/** A directory of its own for the test, removed afterwards. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'glovebox-fs-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A cache that is closed after the test. */
export function openCache(options: FilesystemCacheOptions): FilesystemCache {
  const cache = createFilesystemCache({ cleanupIntervalSeconds: null, ...options });
  onTestFinished(() => cache.close());
  return cache;
}

/** Waits for what happens in the background, at most five seconds. */
export async function eventually(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within five seconds: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
