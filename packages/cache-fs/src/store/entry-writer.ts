import { lstatSync, renameSync, unlinkSync } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { EncodedValue, StoredEntry } from '@glovebox/cache-core';
import { checksumText, crc32 } from './checksum.js';
import { type EntryHeader, formatEntry } from './entry-format.js';
import type { EntryReader, FoundHeader } from './entry-reader.js';
import { isBusy, isMissing } from './faults.js';
import { entryPath, type StorePaths } from './paths.js';
import { Recent } from './recent.js';
import type { RemovalGate } from './removal-gate.js';
import { Staging } from './staging.js';

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

/** Delays between attempts at a rename that is refused as long as somebody has the file open. */
const BUSY_RETRY_MS = [1, 3, 9, 27, 60];
/** Headers kept of entries that this writer may replace. */
const MAX_OWN_ENTRIES = 1_024;

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
  /** Small entries of this writer, by id. */
  readonly #own = new Recent<{ readonly fileBytes: number; readonly header: EntryHeader }>(MAX_OWN_ENTRIES);
  #sequence = 0;

  constructor(paths: StorePaths, reader: EntryReader, gate: RemovalGate, settings: EntryWriterSettings) {
    this.#paths = paths;
    this.#reader = reader;
    this.#gate = gate;
    this.#settings = settings;
    this.#staging = new Staging(settings.durability);
  }

  /** Stores an entry, or throws and leaves the old one as it was, with nothing staged. */
  publish(id: string, key: string, entry: StoredEntry): Published | Promise<Published> {
    const generation = `${this.#settings.writerName}-${++this.#sequence}`;
    const { createdAt, ttlSeconds, expiresAt, graceUntil, tags, sizeBytes, payload } = entry;
    const { encoding } = payload;
    const dates = { createdAt, ttlSeconds, expiresAt, graceUntil };
    const header: EntryHeader = { v: 1, key, generation, ...dates, tags, encoding, sizeBytes };
    const stagingPath = `${this.#paths.tmpDir}/${id}.${generation}`;
    const inlineText = inlineValue(payload, sizeBytes, this.#settings.inlineMaxBytes);
    if (inlineText === undefined) {
      this.#own.delete(id);
      return this.#publishBlob(id, header, payload, stagingPath);
    }
    const text = formatEntry(header, inlineText);
    return this.#settings.io === 'async'
      ? this.#publishThroughPool(id, header, text, stagingPath)
      : this.#publishNow(id, header, text, stagingPath);
  }

  /** Removes an entry and its blob; what was removed. */
  remove(id: string): FoundHeader | Promise<FoundHeader> {
    if (this.#settings.io === 'async') return this.#removeThroughPool(id);
    const path = entryPath(this.#paths, id);
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    const header = this.#reader.header(id);
    try {
      unlinkSync(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    this.#removeBlobOf(header);
    this.#staging.syncFolder(this.#paths.dataDir);
    return header ?? 'unreadable';
  }

  async #removeThroughPool(id: string): Promise<FoundHeader> {
    const header = await this.#reader.headerThroughPool(id);
    try {
      await unlink(entryPath(this.#paths, id));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    this.#removeBlobOf(header);
    await this.#staging.syncFolderThroughPool(this.#paths.dataDir);
    return header ?? 'unreadable';
  }

  #publishNow(id: string, header: EntryHeader, text: string, stagingPath: string): Published | Promise<Published> {
    let isStaged = false;
    try {
      this.#staging.write(stagingPath, text, 'wx');
      isStaged = true;
      if (!this.#gate.isUp()) {
        const published = this.#rename(id, header, stagingPath);
        this.#reader.remember(id, text, header);
        this.#own.set(id, { fileBytes: Buffer.byteLength(text), header });
        return published;
      }
    } catch (error) {
      if (!isStaged || !isBusy(error)) {
        this.#staging.discard(stagingPath);
        throw error;
      }
    }
    return this.#commit(id, header, stagingPath);
  }

  async #publishThroughPool(id: string, header: EntryHeader, text: string, stagingPath: string): Promise<Published> {
    try {
      await this.#staging.writeThroughPool(stagingPath, text, 'wx');
    } catch (error) {
      this.#staging.discard(stagingPath);
      throw error;
    }
    return this.#commit(id, header, stagingPath);
  }

  async #publishBlob(id: string, fields: EntryHeader, payload: EncodedValue, stagingPath: string): Promise<Published> {
    const bytes = typeof payload.data === 'string' ? Buffer.from(payload.data) : payload.data;
    const blob = { name: `${id}.${fields.generation}`, checksum: checksumText(crc32(bytes)) };
    const header: EntryHeader = { ...fields, blob };
    const blobPath = `${this.#paths.blobsDir}/${blob.name}`;
    try {
      // The staging file comes first: while it is there, no cleanup takes the blob for an orphan.
      await this.#staging.mark(stagingPath);
      await this.#staging.writeThroughPool(blobPath, bytes, 'wx');
      // After a power cut an entry must not name a blob whose own name was not kept.
      await this.#staging.syncFolderThroughPool(this.#paths.blobsDir);
      await this.#staging.writeThroughPool(stagingPath, formatEntry(header, 'null'), 'r+');
    } catch (error) {
      this.#staging.discard(blobPath);
      this.#staging.discard(stagingPath);
      throw error;
    }
    try {
      return await this.#commit(id, header, stagingPath);
    } catch (error) {
      this.#staging.discard(blobPath);
      throw error;
    }
  }

  /**
   * Renames a staged entry once no cleanup is in the way, trying again while the old file is in use. What it throws was
   * thrown before the rename.
   */
  async #commit(id: string, header: EntryHeader, stagingPath: string): Promise<Published> {
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
      this.#staging.discard(stagingPath);
      throw error;
    }
  }

  /** In one go, so that no other operation of this process comes between what was found and its replacement. */
  #rename(id: string, header: EntryHeader, stagingPath: string): Published {
    const replaced = this.#headerToReplace(id);
    renameSync(stagingPath, entryPath(this.#paths, id));
    try {
      this.#staging.syncFolder(this.#paths.dataDir);
    } catch (fault) {
      return { header, replaced, fault };
    }
    this.#removeBlobOf(replaced);
    return { header, replaced };
  }

  /**
   * What is in the place of a write. A file as long as this writer's last is taken for that one, unread: were it another
   * process's, a blob could stay behind until the next cleanup, and the totals be wrong by what the sizes differ.
   */
  #headerToReplace(id: string): FoundHeader {
    const own = this.#own.get(id);
    if (own === undefined) return this.#reader.header(id);
    this.#own.delete(id);
    const stats = lstatSync(entryPath(this.#paths, id), { throwIfNoEntry: false });
    return stats?.size === own.fileBytes ? own.header : this.#reader.header(id);
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

  /** Removes what nobody names any more; a blob that stays behind is found by the next cleanup. */
  #removeBlobOf(header: FoundHeader): void {
    if (header === undefined || header === 'unreadable' || header.blob === undefined) return;
    this.#staging.discardLater(`${this.#paths.blobsDir}/${header.blob.name}`);
  }
}

/** The value as JSON text if it is small enough for the entry file. Small bytes too: a file of their own would cost as much again. */
function inlineValue({ data }: EncodedValue, sizeBytes: number, inlineMaxBytes: number): string | undefined {
  if (sizeBytes > inlineMaxBytes) return undefined;
  return typeof data === 'string'
    ? data
    : `"${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')}"`;
}
