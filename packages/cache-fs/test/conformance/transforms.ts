import type { CodecTransform } from '@glovebox/cache-core';
import { compress, encrypt } from '@glovebox/cache-core/codecs';

const keys = [Buffer.alloc(32, 'a key that other processes know')];

/** By names, for processes that are told what to open in a text. */
export const TRANSFORMS: Readonly<Record<string, readonly CodecTransform[]>> = {
  encrypted: [encrypt({ keys })],
  'compressed and encrypted': [compress({ minBytes: 1 }), encrypt({ keys })],
};
