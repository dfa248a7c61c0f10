import { mkdirSync, writeFileSync } from 'node:fs';
import { createFilesystemCache } from '../../src/index.js';
import { type EntryHeader, formatEntry } from '../../src/store/entry-format.js';
import { entryId } from '../../src/store/entry-id.js';

const VALUE = JSON.stringify({ title: 'layout', bindings: 'x'.repeat(200) });

/**
 * Writes entries `layout:<index>` where a cache would, of which every tenth has expired: one file after the other and nothing else, which
 * is the fastest way to have many.
 */
export async function fillStore(cacheRoot: string, count: number): Promise<void> {
  mkdirSync(cacheRoot, { mode: 0o700 });
  await createFilesystemCache({ cacheRoot }).close();
  const createdAt = Date.now() - 10_000;
  for (let index = 0; index < count; index++) {
    const isExpired = index % 10 === 9;
    const header: EntryHeader = {
      v: 1,
      key: `layout:${index}`,
      generation: `1-0123456789ab-${index}`,
      createdAt,
      ttlSeconds: isExpired ? 5 : null,
      expiresAt: isExpired ? createdAt + 5_000 : null,
      tags: [],
      encoding: 'json',
      sizeBytes: VALUE.length,
    };
    writeFileSync(`${cacheRoot}/data/${entryId(header.key)}.json`, formatEntry(header, VALUE), { mode: 0o600 });
  }
}
