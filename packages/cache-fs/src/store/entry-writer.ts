import { closeSync, fsyncSync, lstatSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { open, rename, unlink, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { EncodedValue, StoredEntry } from '@glovebox/cache-core';
import { checksumText, crc32 } from './checksum.js';
import { type EntryHeader, formatEntry } from './entry-format.js';
import type { EntryReader, FoundHeader } from './entry-reader.js';
import { ignoreMissing, isBusy, isMissing } from './faults.js';
import { entryPath, type StorePaths } from './paths.js';
import type { RemovalGate } from './removal-gate.js';

export interface EntryWriterSettings {
  /** Unique to this instance: names its staging files and blobs. */
  readonly writerName: string;
  readonly inlineMaxBytes: number;
  readonly durability: 'process' | 'power';
  readonly io: 'sync' | 'async';
  /** How long a writer waits for another process's cleanup. */
  readonly gateTimeoutMs: number;
}

/** What a write or a removal found in its place, for the totals. */
export interface Published {
  readonly header: EntryHeader;
  readonly replaced: FoundHeader;
}

/** Delays between attempts at a rename that is refused as long as somebody has the file open. */
const BUSY_RETRY_MS = [1, 3, 9, 27, 60];
const CREATE = { flag: 'wx', mode: 0o600 } as const;

/**
 * Publishes entries: staged under a name of their own, then renamed over the old one, so that a reader sees the one or
 * the other, whole.
 */
export class EntryWriter {
  readonly #paths: StorePaths;
  readonly #reader: EntryReader;
  readonly #gate: RemovalGate;
  readonly #settings: EntryWriterSettings;
  #sequence = 0;

  constructor(paths: StorePaths, reader: EntryReader, gate: RemovalGate, settings: EntryWriterSettings) {
    this.#paths = paths;
    this.#reader = reader;
    this.#gate = gate;
    this.#settings = settings;
  }

  /** Stores an entry, or throws and leaves the old one as it was, with nothing staged. */
  publish(id: string, key: string, entry: StoredEntry): Published | Promise<Published> {
    const generation = `${this.#settings.writerName}-${++this.#sequence}`;
    const fields = {
      v: 1,
      key,
      generation,
      ...datesOf(entry),
      encoding: entry.payload.encoding,
      sizeBytes: entry.sizeBytes,
    } as const;
    const stagingPath = `${this.#paths.tmpDir}/${id}.${generation}`;
    const inlineText = inlineValue(entry.payload, entry.sizeBytes, this.#settings.inlineMaxBytes);
    if (inlineText === undefined) return this.#publishBlob(id, fields, entry.payload, stagingPath);
    const text = formatEntry(fields, inlineText);
    if (this.#settings.io === 'async') return this.#publishAsync(id, fields, text, stagingPath);
    try {
      this.#stage(stagingPath, text, CREATE.flag);
      if (!this.#gate.isUp()) {
        const replaced = this.#reader.header(id);
        renameSync(stagingPath, entryPath(this.#paths, id));
        this.#syncFolders();
        this.#removeBlobOf(replaced);
        return { header: fields, replaced };
      }
    } catch (error) {
      if (isBusy(error) && lstatSync(stagingPath, { throwIfNoEntry: false }))
        return this.#commit(id, fields, stagingPath);
      this.#discard(stagingPath);
      throw error;
    }
    return this.#commit(id, fields, stagingPath);
  }

  /** Removes an entry and its blob; what was removed. */
  remove(id: string): FoundHeader | Promise<FoundHeader> {
    if (this.#settings.io === 'async') return this.#removeAsync(id);
    const path = entryPath(this.#paths, id);
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    const header = this.#reader.header(id);
    try {
      unlinkSync(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    this.#syncFolders();
    this.#removeBlobOf(header);
    return header ?? 'unreadable';
  }

  async #removeAsync(id: string): Promise<FoundHeader> {
    const header = await this.#reader.headerThroughPool(id);
    try {
      await unlink(entryPath(this.#paths, id));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    this.#syncFolders();
    this.#removeBlobOf(header);
    return header ?? 'unreadable';
  }

  async #publishBlob(id: string, fields: EntryHeader, payload: EncodedValue, stagingPath: string): Promise<Published> {
    const bytes = typeof payload.data === 'string' ? Buffer.from(payload.data) : payload.data;
    const blob = { name: `${id}.${fields.generation}`, checksum: checksumText(crc32(bytes)) };
    const header: EntryHeader = { ...fields, blob };
    const blobPath = `${this.#paths.blobsDir}/${blob.name}`;
    try {
      // The staging file comes first: while it is there, no cleanup takes the blob for an orphan.
      writeFileSync(stagingPath, '', CREATE);
      await this.#writeThroughPool(blobPath, bytes, CREATE.flag);
      this.#stage(stagingPath, formatEntry(header, 'null'), 'r+');
      return await this.#commit(id, header, stagingPath);
    } catch (error) {
      this.#discard(blobPath);
      this.#discard(stagingPath);
      throw error;
    }
  }

  async #publishAsync(id: string, header: EntryHeader, text: string, stagingPath: string): Promise<Published> {
    try {
      await this.#writeThroughPool(stagingPath, Buffer.from(text), CREATE.flag);
    } catch (error) {
      this.#discard(stagingPath);
      throw error;
    }
    return this.#commit(id, header, stagingPath);
  }

  /** Renames a staged entry once no cleanup is in the way, trying again while the old file is in use. */
  async #commit(id: string, header: EntryHeader, stagingPath: string): Promise<Published> {
    try {
      for (let attempt = 0; ; attempt++) {
        await this.#gate.whenDown(this.#settings.gateTimeoutMs);
        const replaced = await this.#reader.headerThroughPool(id);
        try {
          await rename(stagingPath, entryPath(this.#paths, id));
        } catch (error) {
          const retryMs = BUSY_RETRY_MS[attempt];
          if (retryMs === undefined || !isBusy(error)) throw error;
          await delay(retryMs);
          continue;
        }
        this.#syncFolders();
        this.#removeBlobOf(replaced);
        return { header, replaced };
      }
    } catch (error) {
      this.#discard(stagingPath);
      throw error;
    }
  }

  #stage(path: string, text: string, flag: string): void {
    if (this.#settings.durability === 'process') {
      writeFileSync(path, text, { flag, mode: CREATE.mode });
      return;
    }
    const file = openSync(path, flag, CREATE.mode);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  async #writeThroughPool(path: string, bytes: Uint8Array, flag: string): Promise<void> {
    if (this.#settings.durability === 'process') {
      await writeFile(path, bytes, { flag, mode: CREATE.mode });
      return;
    }
    const file = await open(path, flag, CREATE.mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Makes a rename or removal survive a power cut, where that was asked for. */
  #syncFolders(): void {
    if (this.#settings.durability === 'process' || process.platform === 'win32') return;
    for (const folder of [this.#paths.blobsDir, this.#paths.dataDir]) {
      const file = openSync(folder, 'r');
      try {
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    }
  }

  /** A blob that stays behind is found by the next cleanup. */
  #removeBlobOf(header: FoundHeader): void {
    if (header === undefined || header === 'unreadable' || header.blob === undefined) return;
    unlink(`${this.#paths.blobsDir}/${header.blob.name}`).catch(() => {});
  }

  #discard(path: string): void {
    try {
      ignoreMissing(() => unlinkSync(path));
    } catch {
      // What can't be removed now is swept later; the error that led here is the one to tell.
    }
  }
}

function datesOf(entry: StoredEntry): Pick<EntryHeader, 'createdAt' | 'ttlSeconds' | 'expiresAt' | 'tags'> {
  const { createdAt, ttlSeconds, expiresAt, tags } = entry;
  return { createdAt, ttlSeconds, expiresAt, tags };
}

/** The value as JSON text if it is small enough for the entry file. Small bytes too: a file of their own would cost as much again. */
function inlineValue({ data }: EncodedValue, sizeBytes: number, inlineMaxBytes: number): string | undefined {
  if (sizeBytes > inlineMaxBytes) return undefined;
  return typeof data === 'string'
    ? data
    : `"${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')}"`;
}
