import { CacheError, type OpenedEntry } from '@glovebox/cache-core';
import { BlobChunks } from './blob-chunks.js';
import { BlobReader } from './blob-reader.js';
import { BlobStage, type BlobStageParts } from './blob-stage.js';
import type { EntryHeader, ParsedEntry } from './entry-format.js';
import { type EntryReader, MAX_REPLACED_UNDER_READ, MAX_SYNC_BYTES, unreadEntry } from './entry-reader.js';
import type { StorePaths } from './paths.js';
import { Staging } from './staging.js';
import type { StoredPayload } from './stored-payload.js';

export interface LargeValuesSettings {
  /** Unique to this instance: names its staging files. */
  readonly writerName: string;
  readonly durability: 'process' | 'power';
}

/** Values of bytes that are written and read a piece at a time. Loaded by those who have such. */
export class LargeValues {
  readonly #paths: StorePaths;
  readonly #reader: EntryReader;
  readonly #writerName: string;
  readonly #staging: Staging;
  #sequence = 0;

  constructor(paths: StorePaths, reader: EntryReader, { writerName, durability }: LargeValuesSettings) {
    this.#paths = paths;
    this.#reader = reader;
    this.#writerName = writerName;
    this.#staging = new Staging(durability);
  }

  stage(recover: BlobStageParts['recover']): BlobStage {
    const path = `${this.#paths.tmpDir}/stream-${this.#writerName}-${++this.#sequence}`;
    return new BlobStage({ path, staging: this.#staging, recover });
  }

  /**
   * The entry of `key` with its blob held open; `'small'` for one that may as well be read whole.
   * @throws CacheError `CACHE_CORRUPT_ENTRY`; other errors are faults of the file system
   */
  async open(id: string, key: string): Promise<OpenedEntry<StoredPayload> | 'small' | undefined> {
    let missing: string | undefined;
    for (let attempt = 0; attempt < MAX_REPLACED_UNDER_READ; attempt++) {
      const parsed = await this.#reader.parseThroughPool(id);
      if (parsed === undefined || parsed.header.key !== key) return undefined;
      if (!isLarge(parsed.header)) return 'small';
      const reader = await this.#openBlob(parsed);
      if (reader !== undefined) return { entry: unreadEntry(parsed.header), reader };
      if (parsed.header.generation === missing) {
        throw new CacheError('CACHE_CORRUPT_ENTRY', 'the blob of the entry is missing', { key });
      }
      missing = parsed.header.generation;
    }
    return undefined;
  }

  async #openBlob({ header, valueText }: ParsedEntry): Promise<BlobReader | undefined> {
    const { blob, sizeBytes } = header;
    if (blob === undefined) return undefined;
    return BlobReader.open(`${this.#paths.blobsDir}/${blob.name}`, header, BlobChunks.parse(valueText, sizeBytes));
  }
}

function isLarge({ blob, encoding, sizeBytes }: EntryHeader): boolean {
  const isBytes = encoding === 'buffer' || encoding === 'uint8array';
  return blob !== undefined && isBytes && sizeBytes > MAX_SYNC_BYTES;
}
