import { type CacheCounters, createCounters, type StoreTotals } from '@glovebox/cache-core';
export class WriterCounters {
  ownEntries = 0;
  ownBytes = 0;
  c: CacheCounters = createCounters();
  constructor(_p: unknown, _o: { onFault: (e: unknown) => void }) {}
  save(c: Readonly<CacheCounters>) {
    this.c = c as CacheCounters;
  }
  addTotals(e: number, b: number) {
    this.ownEntries += e;
    this.ownBytes += b;
  }
  readAll() {
    return { counters: this.c, entries: this.ownEntries, bytes: this.ownBytes };
  }
  fold() {}
  publish(_t: StoreTotals) {}
  close() {}
  onRootRemade() {}
}
