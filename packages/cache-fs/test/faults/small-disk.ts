import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';

/** A file system of its own of a given size. Only root may mount one. */
export function mountSmallDisk(context: TestContext, options: string): string {
  context.skip(process.platform !== 'linux' || process.geteuid?.() !== 0, 'mounting a small disk takes root on Linux');
  const path = mkdtempSync(join(tmpdir(), 'glovebox-fs-disk-'));
  let isMounted = false;
  onTestFinished(() => {
    if (isMounted) execFileSync('umount', ['--lazy', path]);
    rmSync(path, { recursive: true, force: true });
  });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `mode=700,${options}`, 'tmpfs', path], { stdio: 'pipe' });
    isMounted = true;
  } catch (error) {
    context.skip(true, `no small disk could be mounted here: ${String(error)}`);
  }
  return path;
}

/**
 * Fills a disk with a file outside the cache, but for `free` blocks.
 * @returns what removes it
 */
export function fillBlocks(disk: string, free: number): () => void {
  const path = join(disk, 'filler');
  const file = openSync(path, 'wx');
  const { bavail, bsize } = statfsSync(disk);
  const bytes = Buffer.alloc(Math.max(0, bavail - free) * bsize);
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
  closeSync(file);
  return () => rmSync(path);
}

/**
 * Makes files outside the cache until there is room for only `free` more, empty ones.
 * @returns what removes them
 */
export function fillNames(disk: string, free: number): () => void {
  const folder = join(disk, 'fillers');
  mkdirSync(folder);
  const { ffree } = statfsSync(disk);
  for (let index = 0; index < ffree - free; index++) writeFileSync(join(folder, `${index}`), '');
  return () => rmSync(folder, { recursive: true });
}
