import { FILE_CAPABILITIES, FileCache } from '../file-cache.ts';

/** What a process has read is known to itself only. */
export class BrokenCache extends FileCache {
  override readonly capabilities = { ...FILE_CAPABILITIES, persistentUsage: true };
}

export const caughtBy = ['processes/usage-summed'];
