import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addCounters, createCounters } from '@glovebox/cache-core';
import { FileCache, readCounters } from '../file-cache.ts';

/**
 * A cleanup adds the counters of the dead to a sum, and removes their files after that: they are added again if it is
 * killed between the two. (Whoever is not this process is dead here.)
 */
export class BrokenCache extends FileCache {
  protected override sweepStore(now: number): number | Promise<number> {
    const folder = join(this.directory, 'counters');
    const others = readdirSync(folder).filter((name) => name !== this.counterName);
    const sum = createCounters();
    for (const name of others) addCounters(sum, readCounters(join(folder, name)));
    const staging = this.stagingFile();
    writeFileSync(staging, Float64Array.from(sum));
    renameSync(staging, join(folder, `${this.counterName}-sum`));
    for (const name of others) rmSync(join(folder, name));
    return super.sweepStore(now);
  }
}

export const caughtBy = ['crashes/heir'];
