import { describe, expect, it } from 'vitest';
import { MapCache } from './support/map-cache.js';

class UnevictableCache extends MapCache {
  protected override evict(): void {
    throw new Error('the store can not be listed');
  }
}

class UnreadableCache extends MapCache {
  protected override readEntry(): never {
    throw new Error('no descriptors left');
  }
}

describe('a store with faults', () => {
  it('that stores an entry but can not evict has stored it', async () => {
    const cache = new UnevictableCache({ maxEntries: 1 });
    expect(await cache.set('a', 1)).toBe(true);
    expect(await cache.get('a')).toBe(1);
    expect(await cache.getStats()).toMatchObject({ setCount: 1, errorCount: 1 });
  });

  it('that can not be read, but removes an entry, says that it was deleted', async () => {
    const cache = new UnreadableCache();
    await cache.set('a', 1);
    expect(await cache.delete('a')).toBe(true);
    expect(await cache.delete('a')).toBe(false);
  });
});
