import { FileCache } from '../file-cache.ts';

/** What a killed writer has staged stays for ever. */
export class BrokenCache extends FileCache {
  protected override sweepStaging(): void {}
}

export const caughtBy = ['crashes/replace'];
