import { renameSync, unlinkSync } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { EncodedValue, StoredEntry } from '@glovebox/cache-core';
import { blobChecksum } from './checksum.js';
import { ownPayload } from './entry-codec.js';
import { type EntryHeader, formatEntry } from './entry-format.js';
import { type EntryReader, type FoundHeader, MAX_SYNC_BYTES } from './entry-reader.js';
import { isBusy, isMissing } from './faults.js';
import { entryPath, expiryPath, type StorePaths } from './paths.js';
import type { RemovalGate } from './removal-gate.js';
import { Staging } from './staging.js';
import { StagedBytes, type StoredPayload, UnreadBytes } from './stored-payload.js';

export interface EntryWriterSettings {
  /** Unique to this instance: names its staging files and blobs. */
  readonly writerName: string;
  readonly inlineMaxBytes: number;
  readonly durability: 'process' | 'power';
  readonly io: 'sync' | 'async';
  /** How long a writer waits for another process's cleanup. */
  readonly gateTimeoutMs: number;
}

/** A write that has taken its place, and what it found there. */
export interface Published {
  readonly header: EntryHeader;
  readonly replaced: FoundHeader;
  /** Why the entry, which every reader sees by now, may not outlast a power cut though that was asked for. */
  readonly fault?: unknown;
}

/** What an entry consists of before it takes its place. */
interface StagedEntry<B extends StagedBlob = StagedBlob> {
  readonly id: string;
  readonly header: EntryHeader;
  readonly text: string;
  /** Written before the blob: while it is there, no cleanup takes the blob for an orphan. */
  readonly stagingPath: string;
  /** Put there, and its name made to last, before the rename: an entry must not name what a power cut has taken. */
  readonly blob?: B;
}

interface BlobInMemory {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** One that was written piece by piece, and is moved to its place. */
interface BlobInFile {
  readonly path: string;
  readonly bytes?: undefined;
  readonly stagedPath: string;
}

type StagedBlob = BlobInMemory | BlobInFile;

/** Delays between attempts at a rename that is refused as long as somebody has the file open. */
const BUSY_RETRY_MS = [1, 3, 9, 27, 60];

/**
 * Publishes entries: staged under a name of their own, then renamed over the old one, so that a reader sees the one or
 * the other, whole.
 */
export class EntryWriter {
  readonly #paths: StorePaths;
  readonly #reader: EntryReader;
  readonly #gate: RemovalGate;
  readonly #settings: EntryWriterSettings;
  readonly #staging: Staging;
  #sequence = 0;

  constructor(paths: StorePaths, reader: EntryReader, gate: RemovalGate, settings: EntryWriterSettings) {
    this.#paths = paths;
    this.#reader = reader;
    this.#gate = gate;
    this.#settings = settings;
    this.#staging = new Staging(settings.durability);
  }

  /** Stores an entry, or throws and leaves the old one as it was, with nothing staged. */
  publish(id: string, key: string, entry: StoredEntry<StoredPayload>): Published | Promise<Published> {
    const generation = `${this.#settings.writerName}-${++this.#sequence}`;
    const { createdAt, ttlSeconds, expiresAt, graceUntil, tags, sizeBytes, payload } = entry;
    const { encoding } = payload;
    const sliding = entry.isSliding === true ? entry.isSliding : undefined;
    const tagMark = typeof entry.tagMark === 'string' ? entry.tagMark : undefined;
    const dates = { createdAt, ttlSeconds, expiresAt, graceUntil, sliding };
    const header: EntryHeader = { v: 1, key, generation, ...dates, tags, tagMark, encoding, sizeBytes };
    const stagingPath = `${this.#paths.tmpDir}/${id}.${generation}`;
    if (payload instanceof StagedBytes)
      return this.#publishThroughPool(this.#withFile(id, header, payload, stagingPath));
    if (payload instanceof UnreadBytes) throw new TypeError('the bytes to write were not read');
    const inlineText = inlineValue(payload, sizeBytes, this.#settings.inlineMaxBytes);
    const isSync = this.#settings.io === 'sync' && (inlineText !== undefined || sizeBytes <= MAX_SYNC_BYTES);
    const staged =
      inlineText === undefined
        ? this.#withBlob(id, header, isSync ? payload : ownPayload(payload), stagingPath)
        : { id, header, text: formatEntry(header, inlineText), stagingPath };
    return isSync ? this.#publishNow(staged) : this.#publishThroughPool(staged);
  }

  /** Removes an entry and its blob; what was removed. */
  remove(id: string): FoundHeader | Promise<FoundHeader> {
    if (this.#settings.io === 'async') return this.#removeThroughPool(id);
    const header = this.#reader.headerToReplace(id);
    if (header === undefined) return undefined;
    try {
      unlinkSync(entryPath(this.#paths, id));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    this.#reader.forget(id);
    this.#removeExpiryOf(id, header);
    this.#removeBlobOf(header);
    this.#staging.syncFolder(this.#paths.dataDir);
    return header;
  }

  /** Resolves when nothing is left of what was replaced and removed. */
  close(): Promise<void> {
    return this.#staging.whenDiscarded();
  }

  async #removeThroughPool(id: string): Promise<FoundHeader> {
    const header = await this.#reader.headerThroughPool(id);
    try {
      await unlink(entryPath(this.#paths, id));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    this.#removeExpiryOf(id, header);
    this.#removeBlobOf(header);
    await this.#staging.syncFolderThroughPool(this.#paths.dataDir);
    return header ?? 'unreadable';
  }

  #publishNow(staged: StagedEntry<BlobInMemory>): Published | Promise<Published> {
    const { id, header, text, stagingPath, blob } = staged;
    let isStaged = false;
    try {
      this.#staging.write(stagingPath, text);
      if (blob !== undefined) {
        this.#staging.write(blob.path, blob.bytes);
        this.#staging.syncFolder(this.#paths.blobsDir);
      }
      isStaged = true;
      if (!this.#gate.isUp()) {
        const published = this.#rename(id, header, stagingPath);
        this.#reader.remember(id, text, header);
        return published;
      }
    } catch (error) {
      if (!isStaged || !isBusy(error)) {
        this.#discard(staged);
        throw error;
      }
    }
    return this.#commit(staged);
  }

  async #publishThroughPool(staged: StagedEntry): Promise<Published> {
    const { text, stagingPath, blob } = staged;
    try {
      await this.#staging.writeThroughPool(stagingPath, text);
      if (blob !== undefined) {
        if (blob.bytes === undefined) await rename(blob.stagedPath, blob.path);
        else await this.#staging.writeThroughPool(blob.path, blob.bytes);
        await this.#staging.syncFolderThroughPool(this.#paths.blobsDir);
      }
    } catch (error) {
      this.#discard(staged);
      throw error;
    }
    return this.#commit(staged);
  }

  /**
   * Renames a staged entry once no cleanup is in the way, trying again while the old file is in use. What it throws was
   * thrown before the rename.
   */
  async #commit(staged: StagedEntry): Promise<Published> {
    const { id, header, stagingPath } = staged;
    try {
      for (let attempt = 0; ; attempt++) {
        await this.#gate.whenDown(this.#settings.gateTimeoutMs);
        try {
          return await (this.#settings.io === 'async'
            ? this.#renameThroughPool(id, header, stagingPath)
            : this.#rename(id, header, stagingPath));
        } catch (error) {
          const retryMs = BUSY_RETRY_MS[attempt];
          if (retryMs === undefined || !isBusy(error)) throw error;
          await delay(retryMs);
        }
      }
    } catch (error) {
      this.#discard(staged);
      throw error;
    }
  }

  /** In one go, so that no other operation of this process comes between what was found and its replacement. */
  #rename(id: string, header: EntryHeader, stagingPath: string): Published {
    const replaced = this.#reader.headerToReplace(id);
    renameSync(stagingPath, entryPath(this.#paths, id));
    try {
      this.#staging.syncFolder(this.#paths.dataDir);
    } catch (fault) {
      return { header, replaced, fault };
    }
    this.#removeBlobOf(replaced);
    return { header, replaced };
  }

  async #renameThroughPool(id: string, header: EntryHeader, stagingPath: string): Promise<Published> {
    const replaced = await this.#reader.headerThroughPool(id);
    await rename(stagingPath, entryPath(this.#paths, id));
    try {
      await this.#staging.syncFolderThroughPool(this.#paths.dataDir);
    } catch (fault) {
      return { header, replaced, fault };
    }
    this.#removeBlobOf(replaced);
    return { header, replaced };
  }

  #withBlob(id: string, fields: EntryHeader, { data }: EncodedValue, stagingPath: string): StagedEntry<BlobInMemory> {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    const header = withBlobOf(id, fields, blobChecksum(bytes));
    const path = `${this.#paths.blobsDir}/${header.blob.name}`;
    return { id, header, text: formatEntry(header, 'null'), stagingPath, blob: { path, bytes } };
  }

  #withFile(id: string, fields: EntryHeader, staged: StagedBytes, stagingPath: string): StagedEntry<BlobInFile> {
    const header = withBlobOf(id, fields, staged.checksum);
    const path = `${this.#paths.blobsDir}/${header.blob.name}`;
    const text = formatEntry(header, staged.chunksText);
    return { id, header, text, stagingPath, blob: { path, stagedPath: staged.path } };
  }

  #discard({ stagingPath, blob }: StagedEntry): void {
    if (blob !== undefined) this.#staging.discard(blob.path);
    this.#staging.discard(stagingPath);
  }

  /** At once: later it could be that of the entry that is set next. One that stays is no other entry's. */
  #removeExpiryOf(id: string, header: FoundHeader): void {
    if (header === undefined || header === 'unreadable' || header.sliding !== true) return;
    this.#staging.discardNow(expiryPath(this.#paths, id));
  }

  /** Removes what nobody names any more; a blob that stays behind is found by the next cleanup. */
  #removeBlobOf(header: FoundHeader): void {
    if (header === undefined || header === 'unreadable' || header.blob === undefined) return;
    this.#staging.discardLater(`${this.#paths.blobsDir}/${header.blob.name}`);
  }
}

function withBlobOf(
  id: string,
  fields: EntryHeader,
  checksum: string,
): EntryHeader & Required<Pick<EntryHeader, 'blob'>> {
  return { ...fields, blob: { name: `${id}.${fields.generation}`, checksum } };
}

/** The value as JSON text if it is small enough for the entry file. Small bytes too: a file of their own would cost as much again. */
function inlineValue({ data }: EncodedValue, sizeBytes: number, inlineMaxBytes: number): string | undefined {
  if (sizeBytes > inlineMaxBytes) return undefined;
  return typeof data === 'string'
    ? data
    : `"${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')}"`;
}
