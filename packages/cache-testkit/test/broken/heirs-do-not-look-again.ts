import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FileCache } from '../file-cache.ts';

/** Where the one that computes has died, everybody who waits takes its place. */
export class BrokenCache extends FileCache {
  protected override async withEntryLock<T>(_key: string, task: () => Promise<T>): Promise<T> {
    const lock = join(this.directory, 'locks', 'flight');
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
    } catch {
      const owner = Number(readFileSync(lock, 'utf8'));
      while (isAlive(owner)) await delay(10);
      return task();
    }
    try {
      return await task();
    } finally {
      rmSync(lock);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

export const caughtBy = ['processes/single-flight-heir'];
