import type { CacheManager, EvictionPolicy } from '@glovebox/cache-core';
import { CheckList } from '../check.js';
import { expectEqual } from '../expect.js';
import type { Gate } from '../gates.js';
import type { Scene } from '../scene.js';
import { survivors } from './helpers.js';

const list = new CheckList('limits');
export const evictionChecks = list.checks;

const GATES: Readonly<Record<EvictionPolicy, Gate>> = {
  lru: 'lru',
  lfu: 'lfu',
  fifo: 'fifo',
  ttl: 'ttlPolicy',
  sieve: 'sieve',
  's3-fifo': 's3Fifo',
  'w-tinylfu': 'wTinyLfu',
};
const KEYS = ['a', 'b', 'c', 'd'];

type Story = (cache: CacheManager, later: () => Promise<void>, scene: Scene) => Promise<void>;

/**
 * Fills a cache of four entries with a, b, c and d, a second apart, tells the story, sets `e` and says which of a to d is gone.
 */
function evicts(policy: EvictionPolicy, name: string, victim: string, promise: string, story: Story): void {
  list.add(
    `${policy}-${name}`,
    promise,
    async (scene) => {
      const cache = await scene.open({ maxEntries: KEYS.length, evictionPolicy: policy });
      const later = () => scene.advance(1_000);
      for (const key of KEYS) {
        await cache.set(key, key);
        await later();
      }
      await story(cache, later, scene);
      await later();
      expectEqual("set('e')", await cache.set('e', 'e'), true);
      const expected = [...KEYS, 'e'].filter((key) => key !== victim);
      expectEqual(`the keys left where '${victim}' must go`, await survivors(cache, [...KEYS, 'e']), expected);
    },
    { needs: [GATES[policy]] },
  );
}

evicts('lru', 'oldest', 'a', 'LRU: without reads, the entry set first goes first.', async () => {});
evicts('lru', 'get', 'b', 'LRU: a get protects an entry.', async (cache) => {
  await cache.get('a');
});
evicts(
  'lru',
  'all-reads',
  'd',
  'LRU: lookup, getMany and getOrSet protect an entry as get does.',
  async (cache, later) => {
    await cache.lookup('a');
    await later();
    await cache.getMany(['b']);
    await later();
    await cache.getOrSet('c', () => 'never');
  },
);
evicts('lru', 'overwrite', 'b', 'LRU: an overwrite protects an entry.', async (cache) => {
  await cache.set('a', 'new');
});
evicts(
  'lru',
  'asking-protects-nothing',
  'a',
  'LRU: exists, getMetadata and keys protect nothing.',
  async (cache, later) => {
    await cache.exists('a');
    await later();
    await cache.getMetadata('a');
    await later();
    for await (const _key of cache.keys()) await cache.getStats();
  },
);
evicts(
  'lru',
  'latest-read-counts',
  'c',
  'LRU: what counts is the last read, not how many there were.',
  async (cache, later) => {
    for (const key of ['c', 'c', 'c', 'c', 'a', 'b', 'd']) {
      await cache.get(key);
      await later();
    }
  },
);
evicts('lru', 'same-instant', 'b', 'LRU: reads within one millisecond still have an order.', async (cache) => {
  for (const key of ['b', 'd', 'a', 'c']) await cache.get(key);
});
evicts('lru', 'set-anew', 'a', 'LRU: a deleted and newly set key is as new.', async (cache, later) => {
  for (const key of ['b', 'c', 'd']) {
    await cache.delete(key);
    await cache.set(key, key);
    await later();
  }
});

evicts('lfu', 'fewest-reads', 'c', 'LFU: the entry with the fewest reads goes first.', async (cache, later) => {
  for (const key of ['a', 'a', 'a', 'b', 'b', 'c', 'd', 'd']) {
    await cache.get(key);
    await later();
  }
});
evicts(
  'lfu',
  'ties',
  'b',
  'LFU: of entries with as many reads, the least recently used goes first.',
  async (cache, later) => {
    for (const key of ['b', 'd', 'c', 'a']) {
      await cache.get(key);
      await later();
    }
  },
);
evicts(
  'lfu',
  'count-beats-recency',
  'd',
  'LFU: a recent read does not outweigh many older ones.',
  async (cache, later) => {
    for (const key of ['a', 'b', 'c', 'a', 'b', 'c', 'd']) {
      await cache.get(key);
      await later();
    }
  },
);
evicts(
  'lfu',
  'overwrite-keeps-count',
  'b',
  'LFU: an overwrite keeps the reads that the key has had.',
  async (cache, later) => {
    for (const key of ['a', 'a', 'b', 'c', 'c', 'd', 'd']) {
      await cache.get(key);
      await later();
    }
    await cache.set('a', 'new');
  },
);
evicts(
  'lfu',
  'asking-counts-nothing',
  'a',
  'LFU: exists, getMetadata and keys count for nothing.',
  async (cache, later) => {
    for (const key of ['b', 'c', 'd']) await cache.get(key);
    await later();
    for (let round = 0; round < 3; round++) {
      await cache.exists('a');
      await cache.getMetadata('a');
    }
  },
);

evicts('fifo', 'oldest', 'a', 'FIFO: the entry set first goes first.', async () => {});
evicts('fifo', 'reads-protect-nothing', 'a', 'FIFO: reads protect nothing.', async (cache, later) => {
  for (let round = 0; round < 3; round++) {
    await cache.get('a');
    await cache.lookup('a');
    await later();
  }
});
evicts('fifo', 'overwrite-is-new', 'b', 'FIFO: an overwritten entry is as new.', async (cache) => {
  await cache.set('a', 'new');
});
evicts('fifo', 'deleted-is-new', 'b', 'FIFO: a deleted and newly set entry is as new.', async (cache) => {
  await cache.delete('a');
  await cache.set('a', 'new');
});

evicts('sieve', 'oldest', 'a', 'SIEVE: without reads, the entry set first goes first.', async () => {});
evicts('sieve', 'read-stays', 'c', 'SIEVE: an entry that was read stays for a round.', async (cache) => {
  for (const key of ['b', 'a', 'b', 'd']) await cache.get(key);
});
evicts('sieve', 'all-read', 'a', 'SIEVE: where all have been read, the oldest goes.', async (cache) => {
  for (const key of ['d', 'c', 'b', 'a', 'a']) await cache.get(key);
});
evicts('sieve', 'overwrite-stays', 'b', 'SIEVE: an overwrite keeps an entry as a read does.', async (cache) => {
  await cache.set('a', 'new');
});
evicts('sieve', 'hand-goes-on', 'd', 'SIEVE: the hand goes on from where it took an entry.', async (cache) => {
  for (const key of ['a', 'b']) await cache.get(key);
  // The hand passes a and b, which lose their marks, and takes c: d is next.
  await cache.set('between', 1);
  await cache.delete('between');
  await cache.set('c', 'c');
});

evicts('s3-fifo', 'oldest', 'a', 'S3-FIFO: without reads, the entry set first goes first.', async () => {});
evicts('s3-fifo', 'one-read-is-not-enough', 'a', 'S3-FIFO: one read does not keep a newcomer.', async (cache) => {
  await cache.get('a');
});
evicts('s3-fifo', 'two-reads-stay', 'b', 'S3-FIFO: a newcomer that was read twice stays.', async (cache) => {
  for (const key of ['a', 'a', 'b']) await cache.get(key);
});
list.add(
  's3-fifo-comes-back',
  'S3-FIFO: a key that comes back soon after it went outlives newcomers.',
  async (scene) => {
    const cache = await scene.open({ maxEntries: KEYS.length, evictionPolicy: 's3-fifo' });
    const set = async (key: string) => {
      await scene.advance(1_000);
      await cache.set(key, key);
    };
    for (const key of KEYS) await set(key);
    await set('e');
    await cache.delete('e');
    expectEqual("exists('a') after it has made room", await cache.exists('a'), false);
    await set('a');
    for (const key of ['f', 'g', 'h', 'i']) await set(key);
    expectEqual('the keys left', await survivors(cache, [...KEYS, 'f', 'g', 'h', 'i']), ['a', 'g', 'h', 'i']);
  },
  { needs: ['s3Fifo'] },
);

evicts(
  'w-tinylfu',
  'newcomer-goes',
  'd',
  'W-TinyLFU: a newcomer no more used than what would go makes no room.',
  async () => {},
);
evicts(
  'w-tinylfu',
  'used-newcomer-stays',
  'a',
  'W-TinyLFU: a newcomer more used than what would go stays.',
  async (cache) => {
    for (let read = 0; read < 3; read++) await cache.get('d');
  },
);
evicts(
  'w-tinylfu',
  'used-entry-stays',
  'd',
  'W-TinyLFU: what is used often stays where newcomers are not.',
  async (cache) => {
    for (let read = 0; read < 3; read++) for (const key of ['a', 'b', 'c']) await cache.get(key);
  },
);

for (const policy of ['lru', 'lfu', 'sieve', 's3-fifo', 'w-tinylfu'] as const) {
  list.add(
    `${policy}-working-set`,
    `${policy}: what is read again and again outlives entries that are set once and never read.`,
    async (scene) => {
      const cache = await scene.open({ maxEntries: 20, evictionPolicy: policy, cleanupIntervalSeconds: 0 });
      const workingSet = ['v', 'w', 'x', 'y', 'z'];
      for (const key of workingSet) await cache.set(key, key);
      for (let step = 0; step < 60; step++) {
        for (const key of workingSet) expectEqual(`get('${key}') before passer-by ${step}`, await cache.get(key), key);
        await scene.advance(1_000);
        expectEqual(`set('passer-by ${step}')`, await cache.set(`passer-by ${step}`, step), true);
      }
    },
    { needs: [GATES[policy]] },
  );
}

const TTL_POLICY = { needs: ['ttlPolicy'] } as const;
const TTL_CONFIG = { maxEntries: 4, evictionPolicy: 'ttl', cleanupIntervalSeconds: 0 } as const;

list.add(
  'ttl-refuses-when-full',
  'Policy ttl: a full cache refuses a new key with false and keeps every live entry.',
  async (scene) => {
    const cache = await scene.open(TTL_CONFIG);
    for (const key of KEYS) expectEqual(`set('${key}')`, await cache.set(key, key), true);
    expectEqual("set('e') in a full cache", await cache.set('e', 'e'), false);
    expectEqual('the keys still there', await survivors(cache, [...KEYS, 'e']), KEYS);
    const { evictionCount, errorCount, setCount } = await cache.getStats();
    expectEqual(
      'the counters',
      { evictionCount, errorCount, setCount },
      { evictionCount: 0, errorCount: 1, setCount: 4 },
    );
  },
  TTL_POLICY,
);

list.add(
  'ttl-overwrites-when-full',
  'Policy ttl: an existing key can be set in a full cache.',
  async (scene) => {
    const cache = await scene.open(TTL_CONFIG);
    for (const key of KEYS) await cache.set(key, 'old');
    for (const key of KEYS) expectEqual(`set('${key}') in a full cache`, await cache.set(key, 'new'), true);
    expectEqual("get('a')", await cache.get('a'), 'new');
  },
  TTL_POLICY,
);

list.add(
  'ttl-expired-make-room',
  'Policy ttl: expired entries make room.',
  async (scene) => {
    const cache = await scene.open(TTL_CONFIG);
    for (const key of KEYS) await cache.set(key, key, key === 'b' ? { ttl: 1 } : {});
    await scene.advance(2_000);
    expectEqual("set('e') after one of four expired", await cache.set('e', 'e'), true);
    expectEqual('the keys still there', await survivors(cache, [...KEYS, 'e']), ['a', 'c', 'd', 'e']);
    expectEqual("set('f') in a full cache", await cache.set('f', 'f'), false);
    const { evictionCount, expiredCount } = await cache.getStats();
    expectEqual('the counters', { evictionCount, expiredCount }, { evictionCount: 0, expiredCount: 1 });
  },
  TTL_POLICY,
);

list.add(
  'ttl-delete-makes-room',
  'Policy ttl: a delete makes room.',
  async (scene) => {
    const cache = await scene.open(TTL_CONFIG);
    for (const key of KEYS) await cache.set(key, key);
    await cache.delete('c');
    expectEqual("set('e')", await cache.set('e', 'e'), true);
    expectEqual("set('f')", await cache.set('f', 'f'), false);
  },
  TTL_POLICY,
);
