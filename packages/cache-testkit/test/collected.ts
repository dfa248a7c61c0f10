import type { ByteSource } from '@glovebox/cache-core';

/** All bytes of a source that can be iterated. */
export async function collected(source: ByteSource): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  if (!('getReader' in source)) for await (const piece of source) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
