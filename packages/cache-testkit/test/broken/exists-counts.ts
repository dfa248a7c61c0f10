import { ReferenceCache } from '../reference-cache.js';

/** exists reads the entry as get does. */
export class BrokenCache extends ReferenceCache {
  override async exists(key: string): Promise<boolean> {
    return (await this.get(key)) !== undefined;
  }
}

export const caughtBy = [
  'stats/asking-counts-nothing',
  'metadata/asking-touches-nothing',
  'limits/lru-asking-protects-nothing',
];
