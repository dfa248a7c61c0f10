import { toKeyv } from '@glovebox/cache-interop';
import keyvTestSuite, { keyvIteratorTests } from '@keyv/test-suite';
import Keyv5 from 'keyv';
import * as vitest from 'vitest';
import { KINDS, sharedCache } from './support/caches.js';

// The suite was made for keyv 5: of 6 it would ask answers that only 5 gives.
vitest.describe.each(KINDS)("Keyv's own suite, over the %s cache", (kind) => {
  const cache = sharedCache(kind);
  keyvTestSuite(vitest, Keyv5, () => toKeyv(cache()));
  vitest.describe('listing', () => {
    keyvIteratorTests(vitest, Keyv5, () => toKeyv(cache()));
  });
});
