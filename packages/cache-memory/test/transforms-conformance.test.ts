import { randomBytes } from 'node:crypto';
import type { CodecTransform } from '@glovebox/cache-core';
import { compress, encrypt } from '@glovebox/cache-core/codecs';
import { createMemoryCache } from '@glovebox/cache-memory';
import { type ConformanceTarget, registerConformance } from '@glovebox/cache-testkit';
import { describe, it } from 'vitest';

const keys = [randomBytes(32)];

function target(name: string, transforms: readonly CodecTransform[]): ConformanceTarget {
  return {
    name: `memory, ${name}`,
    create: (config, { clock }) => createMemoryCache({ ...config, transforms, clock }),
  };
}

/** Checks whose values are large and all alike. */
const OF_SIZES = [
  'keys/filters',
  'metadata/size-grows',
  'metadata/size-in-bytes',
  'metadata/size-of-bytes',
  'limits/bytes-of-utf8',
  'limits/oversize-refused',
  'limits/oversize-leaves-old',
  'limits/oversize-in-a-batch',
  'limits/oversize-is-still-computed',
  'events/refusals',
];
const reason = 'what repeats itself takes no room when it is compressed; asked of the cache that only encrypts';

registerConformance({ describe, it }, target('encrypted', [encrypt({ keys })]));
registerConformance(
  { describe, it },
  {
    ...target('compressed and encrypted', [compress({ minBytes: 1 }), encrypt({ keys })]),
    skip: Object.fromEntries(OF_SIZES.map((id) => [id, reason])),
  },
);
