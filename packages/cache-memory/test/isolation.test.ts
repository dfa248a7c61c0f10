import { isCacheError } from '@glovebox/cache-core';
import { createMemoryCache } from '@glovebox/cache-memory';
import { describe, expect, it } from 'vitest';

const layout = () => ({ name: 'Base', layers: [{ keys: ['A', 'B'] }], meta: { made: 1 } });
type Layout = ReturnType<typeof layout>;

const refused = expect.objectContaining({ code: 'CACHE_UNSERIALIZABLE' });

describe('isolation clone', () => {
  it('keeps what is stored from later changes by the caller, however deep', async () => {
    const cache = createMemoryCache();
    const value = layout();
    await cache.set('k', value);
    value.layers[0]?.keys.push('changed');
    value.meta.made = 2;
    const first = await cache.get<Layout>('k');
    expect(first).toStrictEqual(layout());
    first?.layers.pop();
    expect(await cache.get('k')).toStrictEqual(layout());
  });

  it('gives every reader, and every waiter of getOrSet, a value of its own', async () => {
    const cache = createMemoryCache();
    const results = await Promise.all([1, 2, 3].map(() => cache.getOrSet('k', async () => layout())));
    results.push((await cache.getMany<Layout>(['k'])).get('k') ?? layout());
    const found = await cache.lookup<Layout>('k');
    if (found.hit) results.push(found.value);
    for (const result of results) {
      expect(result).toStrictEqual(layout());
      result.layers.length = 0;
    }
  });

  it('leaves alone what a caller still holds after the entry is gone', async () => {
    const cache = createMemoryCache({ maxEntries: 1 });
    await cache.set('a', layout());
    const held = await cache.get<Layout>('a');
    await cache.set('b', 1);
    expect(await cache.get('a')).toBeUndefined();
    expect(held).toStrictEqual(layout());
  });
});

describe('isolation freeze', () => {
  it('hands out one copy, frozen to the bottom, apart from what was stored', async () => {
    const cache = createMemoryCache({ isolation: 'freeze' });
    const value = layout();
    await cache.set('k', value);
    value.meta.made = 2;
    expect(Object.isFrozen(value)).toBe(false);
    const first = await cache.get<Layout>('k');
    expect(first).toStrictEqual(layout());
    expect(await cache.get('k')).toBe(first);
    expect(() => first?.layers[0]?.keys.push('C')).toThrow(TypeError);
    expect(() => Object.assign(first?.meta ?? {}, { made: 3 })).toThrow(TypeError);
  });

  const unfreezable: Record<string, { make: () => unknown; change: (value: never) => void }> = {
    Map: { make: () => new Map([['a', 1]]), change: (map: Map<string, number>) => map.set('b', 2) },
    Set: { make: () => new Set([1]), change: (set: Set<number>) => set.add(2) },
    Date: { make: () => new Date(0), change: (date: Date) => date.setTime(9) },
    Uint8Array: { make: () => new Uint8Array([1]), change: (bytes: Uint8Array) => bytes.fill(9) },
    Buffer: { make: () => Buffer.from('a'), change: (bytes: Buffer) => bytes.fill(9) },
    ArrayBuffer: { make: () => new ArrayBuffer(2), change: (bytes: ArrayBuffer) => new Uint8Array(bytes).fill(9) },
    DataView: { make: () => new DataView(new ArrayBuffer(2)), change: (view: DataView) => view.setInt8(0, 9) },
    RegExp: {
      make: () => /a/g,
      change: (pattern: RegExp) => {
        pattern.lastIndex = 5;
      },
    },
  };
  for (const [name, { make, change }] of Object.entries(unfreezable)) {
    it(`copies at each read what holds a ${name}`, async () => {
      const cache = createMemoryCache({ isolation: 'freeze' });
      await cache.set('deep', { list: [{ it: make() }] });
      await cache.set('top', make());
      const read = await cache.get<{ list: { it: never }[] }>('deep');
      const item = read?.list[0]?.it;
      if (item === undefined) throw new Error('the value has lost its part');
      change(item);
      change((await cache.get('top')) as never);
      expect(await cache.get('deep')).toStrictEqual({ list: [{ it: make() }] });
      expect(await cache.get('top')).toStrictEqual(make());
    });
  }
});

describe('isolation reference', () => {
  it('hands out the stored object itself', async () => {
    const cache = createMemoryCache({ isolation: 'reference' });
    const value = layout();
    await cache.set('k', value);
    expect(await cache.get('k')).toBe(value);
  });

  it('takes what no copy could be made of', async () => {
    class Compiled {
      run = () => 'ran';
    }
    const cache = createMemoryCache({ isolation: 'reference', maxSizeBytes: 1_000 });
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const compiled = new Compiled();
    expect(await cache.set('class', compiled)).toBe(true);
    expect(await cache.set('cycle', cycle)).toBe(true);
    expect(await cache.get('class')).toBe(compiled);
    expect(await cache.get('cycle')).toBe(cycle);
  });

  it('refuses what await would not return as it is', async () => {
    const cache = createMemoryCache({ isolation: 'reference' });
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tried
    const thenable = { then: () => 1 };
    for (const bad of [() => 1, Symbol('s'), Promise.resolve(1), thenable, undefined]) {
      await expect(cache.set('k', bad)).rejects.toEqual(refused);
    }
    expect(await cache.exists('k')).toBe(false);
  });
});

describe('every isolation', () => {
  for (const isolation of ['clone', 'freeze', 'reference'] as const) {
    it(`${isolation} is declared, and refuses functions and symbols`, async () => {
      const cache = createMemoryCache({ isolation });
      expect(cache.capabilities.isolation).toBe(isolation);
      await expect(cache.set('k', () => 1)).rejects.toEqual(refused);
      await expect(cache.set('k', Symbol('s'))).rejects.toSatisfy((error) => isCacheError(error));
    });
  }

  for (const isolation of ['clone', 'freeze'] as const) {
    it(`${isolation} refuses what a copy would change, deep inside too`, async () => {
      const cache = createMemoryCache({ isolation });
      const cycle: Record<string, unknown> = {};
      cycle.self = cycle;
      for (const bad of [{ deep: [() => 1] }, cycle, new (class Point {})()]) {
        await expect(cache.set('k', bad)).rejects.toEqual(refused);
      }
    });
  }
});
