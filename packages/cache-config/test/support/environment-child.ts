import { createDefaultCache, createMemoryCache } from '@glovebox/cache-config';

// Run as a process of its own: what is warned of once a process can't be tried twice in one.
const [, , withLogger] = process.argv;
const logger = { warn: (text: string) => console.log(`logged ${text}`), error: () => undefined };
for (let round = 0; round < 2; round++) {
  const caches = [
    createDefaultCache({ cacheStrategy: 'disabled', ...(withLogger && { logger }) }),
    createMemoryCache(),
  ];
  for (const cache of caches) {
    console.log(cache.name);
    await cache.close();
  }
}
