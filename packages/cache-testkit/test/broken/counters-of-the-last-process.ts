import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CacheCounters, createCounters } from '@glovebox/cache-core';
import { FileCache } from '../file-cache.ts';

/** Processes keep their counters in one file: who writes last wins. */
export class BrokenCache extends FileCache {
  #before: CacheCounters | undefined;

  protected override saveStats(counters: Readonly<CacheCounters>): void {
    this.#before ??= this.loadStats();
    const before = this.#before;
    writeFileSync(this.#file, JSON.stringify([...counters].map((count, index) => count + (before[index] ?? 0))));
  }

  protected override loadStats(): CacheCounters {
    try {
      return Float64Array.from(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      return createCounters();
    }
  }

  get #file(): string {
    return join(this.directory, 'counters', 'all');
  }
}

export const caughtBy = ['processes/stats-summed'];
