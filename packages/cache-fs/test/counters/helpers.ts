import { type CacheCounters, type CacheError, COUNTER, type CounterName, createCounters } from '@glovebox/cache-core';
import { WriterCounters, type WriterCountersOptions } from '../../src/counters/writer-counters.js';
import { type CacheRoot, openCacheRoot } from '../../src/root/cache-root.js';
import { tempDir } from '../root/helpers.js';

export { tempDir };

export function newRoot(): CacheRoot {
  return openCacheRoot({ cacheRoot: tempDir() });
}

/** An instance of a cache as far as its statistics go. */
export class Counting {
  readonly counters: CacheCounters = createCounters();
  readonly faults: CacheError[] = [];
  readonly stats: WriterCounters;

  constructor(root: CacheRoot, options: Partial<WriterCountersOptions> = {}) {
    this.stats = new WriterCounters({ paths: root, onFault: (error) => this.faults.push(error), ...options });
  }

  count(name: CounterName, times = 1): void {
    for (let time = 0; time < times; time++) {
      this.counters[COUNTER[name]] = (this.counters[COUNTER[name]] ?? 0) + 1;
      this.stats.save(this.counters);
    }
  }

  total(name: CounterName): number | undefined {
    return this.stats.readAll().counters[COUNTER[name]];
  }

  get messages(): string[] {
    return this.faults.map((fault) => fault.message);
  }
}
