import { lstatSync, readFileSync, type Stats } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { CacheError, isCacheError, type StoredEntry } from '@glovebox/cache-core';
import { isNotAFile, MAX_TEXT_BYTES, OPEN_READ, readText } from '../safe-files.js';
import { BlobReader } from './blob-reader.js';
import { blobChecksum } from './checksum.js';
import {
  ENTRY_END,
  type EntryHeader,
  isTextEncoding,
  type KnownEntry,
  knownEntry,
  type ParsedEntry,
  parseEntry,
} from './entry-format.js';
import { isMissing } from './faults.js';
import type { HotEntries, Stamp } from './hot-entries.js';
import { entryPath, idOfFile, type StorePaths } from './paths.js';
import { Recent } from './recent.js';
import { SlidingExpiry } from './sliding-expiry.js';
import { isInMemory, type StoredPayload, UnreadBytes } from './stored-payload.js';

/** Times a reader looks again when the blob that an entry names is gone: each time the entry must have been replaced. */
export const MAX_REPLACED_UNDER_READ = 100;
/** A larger value is read and written through the thread pool: here it would keep the event loop for a millisecond or more. */
export const MAX_SYNC_BYTES = 1024 * 1024;
/** Entries whose text is kept, and the longest text. */
const MAX_KNOWN_ENTRIES = 1_024;
const MAX_KNOWN_LENGTH = 4_096;
/** Entries found in a row after which the next one is expected to be there as well. */
const SURE_AFTER = 4;

/** `undefined` for nothing instead of an error. */
const NO_THROW = { throwIfNoEntry: false } as const;

/** The header of an entry, `undefined` where there is none, `'unreadable'` where it is damaged or can't be read now. */
export type FoundHeader = EntryHeader | 'unreadable' | undefined;

/** Reads entries and their blobs. Nothing here writes or removes. */
export class EntryReader {
  readonly #paths: StorePaths;
  readonly #isAsync: boolean;
  readonly #hot: HotEntries | undefined;
  readonly #expiry: SlidingExpiry;
  readonly #known = new Recent<KnownEntry>(MAX_KNOWN_ENTRIES);
  /** Entries that were read since one was missed. */
  #foundInRow = 0;

  /** @param hot keeps what is read often; without it every read reads the file, as with the `io` `'async'` */
  constructor(
    paths: StorePaths,
    io: 'sync' | 'async',
    hot?: HotEntries,
    expiry = new SlidingExpiry(paths, () => Date.now()),
  ) {
    this.#paths = paths;
    this.#expiry = expiry;
    this.#isAsync = io === 'async';
    this.#hot = hot;
  }

  /**
   * The entry of `key`, expired or not; `undefined` if there is none, or one of another key or a newer format.
   * @param isPeek without the value, if that was written in many pieces: only the size of its blob is looked at
   * @throws CacheError `CACHE_CORRUPT_ENTRY`; other errors are faults of the file system
   */
  read(id: string, key: string, isPeek = false): Read | Promise<Read> {
    if (this.#isAsync) return this.#readAsync(id, key, isPeek);
    const hot = this.#hot;
    if (hot === undefined) return this.#readNow(id, key, isPeek);
    const kept = hot.find(id, key);
    if (kept !== undefined) return kept;
    // Taken before the read: see HotEntries.
    const stamp = hot.stamp(id);
    const read = this.#readNow(id, key, isPeek);
    if (read === undefined) return undefined;
    if (stamp === undefined) {
      hot.noteRead(id);
      return read;
    }
    return read instanceof Promise
      ? read.then((entry) => keepHot(hot, id, key, stamp, entry))
      : keepHot(hot, id, key, stamp, read);
  }

  /** Header and value text of the entry file of an id. Errors are those of {@link read}. */
  parse(id: string): ParsedEntry | undefined {
    const path = entryPath(this.#paths, id);
    // Asking first costs 1 to 3 µs and saves 10 where nothing is, for reading that throws. Where something was lately, it
    // mostly is, and where others were found all the time.
    if (this.#foundInRow < SURE_AFTER && this.#known.get(id) === undefined) {
      const stats = lstatSync(path, NO_THROW);
      if (stats === undefined) {
        this.#foundInRow = 0;
        return undefined;
      }
      if (!mayBeEntry(stats)) throw notAFile();
    }
    try {
      const text = readText(path, ENTRY_END);
      this.#foundInRow++;
      return this.#parseText(id, text);
    } catch (error) {
      this.#foundInRow = 0;
      this.#known.delete(id);
      return missingOrThrow(error);
    }
  }

  /** Spares the next read of what was just written the check of its checksum and the parsing of its header. */
  remember(id: string, text: string, header: EntryHeader): void {
    if (text.length <= MAX_KNOWN_LENGTH) this.#known.set(id, knownEntry(text, header));
  }

  /** To be told of each removal: the next read had better ask first. */
  forget(id: string): void {
    this.#known.delete(id);
  }

  /**
   * What is in an id's place before it is replaced or removed. A file as long as the small one that was read or written
   * here last is taken for that one, unread: were it another process's, a blob could stay behind until the next cleanup,
   * and the totals be wrong by what the sizes differ.
   * @throws the system's error if the file can't be looked at
   */
  headerToReplace(id: string): FoundHeader {
    const stats = lstatSync(entryPath(this.#paths, id), NO_THROW);
    if (stats === undefined) return undefined;
    const known = this.#known.get(id);
    const isKnown =
      known !== undefined && known.header.blob === undefined && stats.size === Buffer.byteLength(known.text);
    return isKnown ? known.header : (this.header(id) ?? 'unreadable');
  }

  /** What is in an id's place, whatever its key. */
  header(id: string): FoundHeader {
    try {
      return this.parse(id)?.header;
    } catch {
      return 'unreadable';
    }
  }

  /** As {@link parse}, through the thread pool if that was asked for. */
  async parseThroughPool(id: string): Promise<ParsedEntry | undefined> {
    return this.#isAsync ? this.#parseAsync(id) : this.parse(id);
  }

  /** As {@link header}, through the thread pool if that was asked for. */
  async headerThroughPool(id: string): Promise<FoundHeader> {
    if (!this.#isAsync) return this.header(id);
    return this.#parseAsync(id).then(
      (parsed) => parsed?.header,
      () => 'unreadable' as const,
    );
  }

  /** The generation of an id's entry if its blob is missing or not what was written; `undefined` also if it can't be read now. */
  async damagedBlobOf(id: string): Promise<string | undefined> {
    const header = this.header(id);
    if (header === undefined || header === 'unreadable' || header.blob === undefined) return undefined;
    try {
      return (await this.#isBlobIntact(header, header.blob.name)) ? undefined : header.generation;
    } catch (error) {
      return isCacheError(error, 'CACHE_CORRUPT_ENTRY') ? header.generation : undefined;
    }
  }

  /** Without holding a large one in memory. */
  async #isBlobIntact(header: EntryHeader, blobName: string): Promise<boolean> {
    if (header.sizeBytes <= MAX_SYNC_BYTES) {
      const bytes = await this.#readBlobFile(blobName, header.sizeBytes);
      return bytes !== undefined && isBlobOf(header, bytes);
    }
    const reader = await BlobReader.open(this.#pathOf(blobName), header, undefined);
    if (reader === undefined) return false;
    try {
      return await reader.isIntact();
    } finally {
      await reader.close();
    }
  }

  #readNow(id: string, key: string, isPeek: boolean): Read | Promise<Read> {
    return this.#readParsed(id, key, this.parse(id), isPeek);
  }

  async #readAsync(id: string, key: string, isPeek: boolean): Promise<Read> {
    return this.#readParsed(id, key, await this.#parseAsync(id), isPeek);
  }

  #readParsed(id: string, key: string, parsed: ParsedEntry | undefined, isPeek: boolean): Read | Promise<Read> {
    if (parsed === undefined || parsed.header.key !== key) return undefined;
    const { header } = parsed;
    if (header.blob === undefined) return storedEntry(parsed);
    const canPeek = isPeek && hasChunks(parsed) && header.sizeBytes > MAX_SYNC_BYTES;
    const isUnread = canPeek && isBlobThere(this.#pathOf(header.blob.name), header.sizeBytes);
    return isUnread ? unreadEntry(header) : this.#readBlob(id, header);
  }

  async #parseAsync(id: string): Promise<ParsedEntry | undefined> {
    const path = entryPath(this.#paths, id);
    try {
      if (!mayBeEntry(await lstat(path))) throw notAFile();
      return this.#parseText(id, await readFile(path, { encoding: 'utf8', flag: OPEN_READ }));
    } catch (error) {
      return missingOrThrow(error);
    }
  }

  #parseText(id: string, text: string): ParsedEntry | undefined {
    const parsed = this.#parseFile(id, text);
    if (parsed?.header.sliding !== true) return parsed;
    return { header: this.#expiry.apply(id, parsed.header), valueText: parsed.valueText };
  }

  #parseFile(id: string, text: string): ParsedEntry | undefined {
    const known = this.#known.get(id);
    if (known?.text === text) return known;
    const parsed = parseEntry(text);
    if (parsed === undefined) return undefined;
    const { blob } = parsed.header;
    // An entry that was copied from another's place must not lead to the other's blob, which would be removed with it.
    if (blob !== undefined && idOfFile(blob.name) !== id) {
      throw new CacheError('CACHE_CORRUPT_ENTRY', 'the entry names a blob of another one');
    }
    if (text.length <= MAX_KNOWN_LENGTH) this.#known.set(id, { text, ...parsed });
    return parsed;
  }

  /** Reads the blob that an entry names; the entry again if it was replaced meanwhile and its blob removed. */
  #readBlob(id: string, header: EntryHeader): StoredEntry | undefined | Promise<StoredEntry | undefined> {
    if (this.#isAsync || header.sizeBytes > MAX_SYNC_BYTES || header.blob === undefined) {
      return this.#readBlobLater(id, header);
    }
    const bytes = this.#readBlobNow(header.blob.name, header.sizeBytes);
    return bytes === undefined ? this.#readBlobLater(id, header) : storedBlob(header, bytes);
  }

  async #readBlobLater(id: string, first: EntryHeader): Promise<StoredEntry | undefined> {
    let header = first;
    for (let attempt = 0; attempt < MAX_REPLACED_UNDER_READ; attempt++) {
      if (header.blob === undefined) break;
      const bytes = await this.#readBlobFile(header.blob.name, header.sizeBytes);
      if (bytes !== undefined) return storedBlob(header, bytes);
      const again = await (this.#isAsync ? this.#parseAsync(id) : this.parse(id));
      if (again === undefined || again.header.key !== header.key) return undefined;
      if (again.header.generation === header.generation) {
        throw new CacheError('CACHE_CORRUPT_ENTRY', 'the blob of the entry is missing');
      }
      if (again.header.blob === undefined) return storedEntry(again);
      header = again.header;
    }
    return undefined;
  }

  #pathOf(blobName: string): string {
    return `${this.#paths.blobsDir}/${blobName}`;
  }

  #readBlobNow(name: string, sizeBytes: number): Buffer | undefined {
    const path = this.#pathOf(name);
    try {
      return isBlobThere(path, sizeBytes) ? readFileSync(path, { flag: OPEN_READ }) : undefined;
    } catch (error) {
      return missingOrThrow(error);
    }
  }

  async #readBlobFile(name: string, sizeBytes: number): Promise<Buffer | undefined> {
    const path = this.#pathOf(name);
    try {
      return isBlobThere(path, sizeBytes) ? await readFile(path, { flag: OPEN_READ }) : undefined;
    } catch (error) {
      return missingOrThrow(error);
    }
  }
}

type Read = StoredEntry<StoredPayload> | undefined;

/** What reads extend changes without its file. */
function keepHot(hot: HotEntries, id: string, key: string, stamp: Stamp, entry: Read): Read {
  return entry === undefined || entry.isSliding === true || !isInMemory(entry)
    ? entry
    : hot.keep(id, key, stamp, entry);
}

/** Whether a file could be an entry: a longer one has no text, and a device no end. */
function mayBeEntry(stats: Stats): boolean {
  return stats.isFile() && stats.size <= MAX_TEXT_BYTES;
}

/** @throws CacheError `CACHE_CORRUPT_ENTRY` for something else than a file of that size; the system's error */
function isBlobThere(path: string, sizeBytes: number): boolean {
  const stats = lstatSync(path, NO_THROW);
  if (stats === undefined) return false;
  if (stats.isFile() && stats.size === sizeBytes) return true;
  throw new CacheError('CACHE_CORRUPT_ENTRY', 'the blob of the entry is not what was written');
}

function isBlobOf({ blob, sizeBytes }: EntryHeader, bytes: Uint8Array): boolean {
  return bytes.byteLength === sizeBytes && blobChecksum(bytes) === blob?.checksum;
}

function storedEntry({ header, valueText }: ParsedEntry): StoredEntry {
  return storedEntryOf(
    header,
    isTextEncoding(header.encoding) ? valueText : Buffer.from(JSON.parse(valueText), 'base64'),
  );
}

function storedBlob(header: EntryHeader, bytes: Buffer): StoredEntry {
  if (!isBlobOf(header, bytes)) throw new CacheError('CACHE_CORRUPT_ENTRY', 'the blob does not match its checksum');
  return storedEntryOf(header, isTextEncoding(header.encoding) ? bytes.toString('utf8') : bytes);
}

function storedEntryOf(header: EntryHeader, data: string | Uint8Array): StoredEntry {
  return entryWith(header, { encoding: header.encoding, data });
}

/** The entry of a blob of bytes that was not read. */
export function unreadEntry(header: EntryHeader): StoredEntry<StoredPayload> {
  return entryWith(
    header,
    new UnreadBytes(header.encoding === 'uint8array' ? 'uint8array' : 'buffer', header.sizeBytes),
  );
}

/** Whether the value was written in pieces. */
function hasChunks({ header, valueText }: ParsedEntry): boolean {
  return header.blob !== undefined && valueText !== 'null';
}

function entryWith<P>(header: EntryHeader, payload: P): StoredEntry<P> {
  const { sizeBytes, createdAt, ttlSeconds, expiresAt, graceUntil, sliding: isSliding } = header;
  const { tags, tagMark, generation: version } = header;
  return {
    payload,
    sizeBytes,
    createdAt,
    ttlSeconds,
    expiresAt,
    graceUntil,
    isSliding,
    version,
    tags,
    tagMark,
    accessCount: 0,
    lastAccessedAt: createdAt,
  };
}

function missingOrThrow(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  if (isNotAFile(error)) throw notAFile();
  throw error;
}

function notAFile(): CacheError {
  return new CacheError('CACHE_CORRUPT_ENTRY', 'there is something that is not a file where the entry belongs');
}
