import { randomBytes } from 'node:crypto';
import type { CodecTransform } from '@glovebox/cache-core';
import { COMPRESSION_ALGORITHMS, compress, encrypt } from '@glovebox/cache-core/codecs';
import { createMemoryCache, type MemoryCache } from '@glovebox/cache-memory';
import { type ValueKind, valueKinds } from '../values.js';
import { byTurns, type Figure, microseconds, ratioOf, type Scenario } from './scenario.js';

const SIZES = ['536 B', '64 KB', '1 MB'];

interface Variant {
  readonly name: string;
  readonly transforms: readonly CodecTransform[];
}

/** What compressing and encrypting costs, small values compressed too. The event loop waits while it happens. */
export const transforms: Scenario = {
  name: 'transforms',
  title: 'values encoded in memory, compressed and encrypted; ratio to encoding alone',
  async run(_directory, isQuick): Promise<readonly Figure[]> {
    const keys = [randomBytes(32)];
    const variants: Variant[] = [
      // Any transform has values kept encoded, as on disk.
      { name: 'encoded', transforms: [(inner) => inner] },
      ...COMPRESSION_ALGORITHMS.map((algorithm) => ({
        name: algorithm,
        transforms: [compress({ algorithm, minBytes: 1 })],
      })),
      { name: 'encrypt', transforms: [encrypt({ keys })] },
      { name: 'zstd, encrypt', transforms: [compress({ algorithm: 'zstd', minBytes: 1 }), encrypt({ keys })] },
    ];
    const figures: Figure[] = [];
    for (const kind of valueKinds.filter(({ name }) => SIZES.includes(name))) {
      figures.push(...(await measure(kind, variants, isQuick)));
    }
    return figures;
  },
};

async function measure(kind: ValueKind, variants: readonly Variant[], isQuick: boolean): Promise<readonly Figure[]> {
  const caches = variants.map((variant) => createMemoryCache({ transforms: variant.transforms }));
  const value = kind.create();
  // About as long for each size: what is measured grows with it.
  const times = Math.max(1, Math.round((isQuick ? 20_000 : 500_000) / kind.sizeBytes));
  const operations = {
    set: (cache: MemoryCache) => cache.set('key', value),
    get: (cache: MemoryCache) => cache.get('key'),
  };
  const figures: Figure[] = [];
  for (const [operation, run] of Object.entries(operations)) {
    const lanes = caches.map((cache) => async () => {
      for (let time = 0; time < times; time++) await run(cache);
    });
    // Once for the compiler, and for what is then read.
    for (const lane of lanes) await lane();
    const measured = await byTurns(lanes, isQuick ? 3 : 41);
    for (const [index, { name }] of variants.entries()) {
      const own = measured[index] ?? [];
      figures.push({
        what: `${operation} of ${kind.name}, ${name}`,
        measured: microseconds(own, times),
        unit: 'µs',
        ratio: ratioOf(own, measured[0] ?? []),
      });
    }
  }
  await Promise.all(caches.map((cache) => cache.close()));
  return figures;
}
