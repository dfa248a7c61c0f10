import { existsSync, lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { isCacheError, isOverdue } from '@glovebox/cache-core';
import { fileSystemNow } from '../safe-files.js';
import type { EntryHeader } from './entry-format.js';
import { entryId, isEntryId } from './entry-id.js';
import type { EntryReader } from './entry-reader.js';
import { isMissing } from './faults.js';
import { entryPath, expiryPath, idOfFile, metadataPath, type StorePaths } from './paths.js';
import type { RemovalGate } from './removal-gate.js';

/** Files looked at between two turns of the event loop: well under a millisecond's worth. */
const SLICE = 32;
/** Entries removed with the gate up: writers wait while it is. */
const REMOVALS_AT_ONCE = 50;
/** Batches in a row for which there was no time at all behind the gate. */
const MAX_TURNS_IN_VAIN = 20;
/** Staging files are renamed within milliseconds, or seconds for a large value on a slow disk. */
const ABANDONED_AFTER_MS = 10 * 60_000;

/** Ids to look at again, and for each the generation that is known to be of no use, if any: for its blob or its value. */
export type Suspects = ReadonlyMap<string, string | undefined>;

export type IsDone = (header: EntryHeader, now: number) => boolean;

/** What is known of an entry after looking at it. */
export type Inspection =
  | { readonly state: 'missing' | 'damaged' | 'unreadable' | 'newer' }
  | { readonly state: 'live' | 'expired' | 'invalidated' | 'useless'; readonly header: EntryHeader };

export interface RemovedEntry {
  readonly id: string;
  /** A damaged one has none. */
  readonly header: EntryHeader | undefined;
  readonly hasExpired: boolean;
}

/** Walks the store, and removes what is expired, invalidated, damaged or left behind, without ever removing what replaced it. */
export class Sweeper {
  readonly #paths: StorePaths;
  readonly #reader: EntryReader;
  readonly #gate: RemovalGate;
  readonly #isInvalidated: (header: EntryHeader) => boolean;

  /** @param isInvalidated whether a tag of an entry was invalidated; may throw */
  constructor(
    paths: StorePaths,
    reader: EntryReader,
    gate: RemovalGate,
    isInvalidated: (header: EntryHeader) => boolean = () => false,
  ) {
    this.#isInvalidated = isInvalidated;
    this.#paths = paths;
    this.#reader = reader;
    this.#gate = gate;
  }

  /** The ids that have an entry file, with pauses for the event loop. */
  async *ids(): AsyncGenerator<string> {
    for await (const name of fileNames(this.#paths.dataDir)) {
      const id = name.endsWith('.json') ? idOfFile(name) : '';
      if (isEntryId(id)) yield id;
    }
  }

  /**
   * Looks at one entry, its blob's presence included.
   * @param now epoch milliseconds
   * @param uselessGeneration one that has to go though its files are there: see {@link uselessGenerations}
   * @param isDone whether an entry counts as expired
   */
  inspect(id: string, now: number, uselessGeneration?: string, isDone: IsDone = isOverdue): Inspection {
    try {
      const parsed = this.#reader.parse(id);
      if (parsed === undefined)
        return { state: lstatSync(entryPath(this.#paths, id), { throwIfNoEntry: false }) ? 'newer' : 'missing' };
      const { header } = parsed;
      if (isDone(header, now)) return { state: 'expired', header };
      if (header.tags.length > 0 && this.#isInvalidated(header)) return { state: 'invalidated', header };
      // The file of another key, which no read returns and no removal of that key would find.
      if (entryId(header.key) !== id) return { state: 'damaged' };
      if (header.generation === uselessGeneration) return { state: 'useless', header };
      return this.#hasBlob(header) ? { state: 'live', header } : { state: 'damaged' };
    } catch (error) {
      // A fault of the file system says nothing about the entry.
      return { state: isCacheError(error, 'CACHE_CORRUPT_ENTRY') ? 'damaged' : 'unreadable' };
    }
  }

  /**
   * The suspects, with the generations of those whose blob is there but damaged. Reads the blobs, which takes too long for
   * doing it behind the gate.
   */
  async uselessGenerations(noted: Suspects): Promise<Suspects> {
    const suspects = new Map<string, string | undefined>();
    for (const [id, generation] of noted) suspects.set(id, generation ?? (await this.#reader.damagedBlobOf(id)));
    return suspects;
  }

  /**
   * Removes those of `suspects` that are expired, invalidated, damaged or of no use when looked at again under the gate, telling
   * each at once.
   * The caller holds the maintenance lock; `mayGoOn` says whether it still does.
   * @param isDone whether an entry counts as expired: where room is needed, one in its grace does
   * @returns entries removed
   * @throws the first error of the file system, after the others have been removed
   */
  async removeDead(
    suspects: Suspects,
    now: number,
    mayGoOn: () => boolean,
    onRemoved: (removed: RemovedEntry) => void,
    isDone: IsDone = isOverdue,
  ): Promise<number> {
    const ids = [...suspects.keys()];
    const faults: unknown[] = [];
    let removed = 0;
    let turnsInVain = 0;
    for (let start = 0; start < ids.length && mayGoOn(); ) {
      const batch = ids.slice(start, start + REMOVALS_AT_ONCE);
      start += batch.length;
      // Those left are for another turn.
      let left = batch;
      this.#gate.hold((hasTime) => {
        const staged = this.#stagedIds();
        for (const [index, id] of batch.entries()) {
          left = batch.slice(index);
          if (staged.has(id)) continue;
          if (!hasTime()) return;
          const inspection = this.inspect(id, now, suspects.get(id), isDone);
          if (!isDead(inspection)) continue;
          const header = 'header' in inspection ? inspection.header : undefined;
          // Stopped since it was looked at, for so long that writers took the gate for a dead one's: it may be another entry.
          if (!hasTime()) return;
          try {
            // Somebody may have deleted it since it was looked at, and counted that.
            if (!this.#unlinkEntry(id, header)) continue;
          } catch (error) {
            faults.push(error);
            continue;
          }
          removed++;
          onRemoved({ id, header, hasExpired: inspection.state === 'expired' });
        }
        left = [];
      });
      // On a busy machine a batch can take longer than writers should wait. Where there is no time again and again, the next
      // cleanup has a better chance.
      turnsInVain = left.length === batch.length ? turnsInVain + 1 : 0;
      if (turnsInVain < MAX_TURNS_IN_VAIN) ids.push(...left);
      await yieldToEventLoop();
    }
    if (faults.length > 0) throw faults[0];
    return removed;
  }

  /** Removes staging files of writers that are gone, and blobs and records without an entry. The maintenance lock is held. */
  async removeOrphans(mayGoOn: () => boolean): Promise<void> {
    await this.#removeAbandonedStaging();
    const blobs: string[] = [];
    for await (const name of fileNames(this.#paths.blobsDir)) {
      if (!this.#isNamed(name)) blobs.push(name);
    }
    for (let start = 0; start < blobs.length && mayGoOn(); start += REMOVALS_AT_ONCE) {
      const batch = blobs.slice(start, start + REMOVALS_AT_ONCE);
      this.#gate.hold((hasTime) => {
        const staged = this.#stagedIds();
        for (const name of batch) {
          if (hasTime() && !staged.has(idOfFile(name)) && !this.#isNamed(name))
            unlinkQuietly(`${this.#paths.blobsDir}/${name}`);
        }
      });
      await yieldToEventLoop();
    }
    for await (const name of fileNames(this.#paths.metadataDir)) {
      const id = idOfFile(name);
      if (lstatSync(entryPath(this.#paths, id), { throwIfNoEntry: false }) === undefined) {
        unlinkQuietly(`${this.#paths.metadataDir}/${name}`);
      }
    }
  }

  #unlinkEntry(id: string, header: EntryHeader | undefined): boolean {
    try {
      unlinkSync(entryPath(this.#paths, id));
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
    const record = metadataPath(this.#paths, id);
    // Many entries have none, and an unlink that fails costs ten times this look.
    if (existsSync(record)) unlinkQuietly(record);
    if (header?.sliding === true) unlinkQuietly(expiryPath(this.#paths, id));
    if (header?.blob !== undefined) unlinkQuietly(`${this.#paths.blobsDir}/${header.blob.name}`);
    return true;
  }

  #hasBlob({ blob, sizeBytes }: EntryHeader): boolean {
    if (blob === undefined) return true;
    const stats = lstatSync(`${this.#paths.blobsDir}/${blob.name}`, { throwIfNoEntry: false });
    return stats?.isFile() === true && stats.size === sizeBytes;
  }

  /** Whether the entry of a blob's id names it; a fault of the file system counts as yes. */
  #isNamed(blobName: string): boolean {
    const header = this.#reader.header(idOfFile(blobName));
    return header === 'unreadable' || header?.blob?.name === blobName;
  }

  #stagedIds(): Set<string> {
    return new Set(readdirSync(this.#paths.tmpDir).map(idOfFile));
  }

  async #removeAbandonedStaging(): Promise<void> {
    let now: number | undefined;
    for await (const name of fileNames(this.#paths.tmpDir)) {
      const path = `${this.#paths.tmpDir}/${name}`;
      const stats = lstatSync(path, { throwIfNoEntry: false });
      // Not this process's clock: were it an hour ahead, what others are writing now would be old.
      now ??= fileSystemNow(this.#paths.tmpDir);
      if (stats !== undefined && now - stats.mtimeMs > ABANDONED_AFTER_MS) unlinkQuietly(path);
    }
  }
}

/** Whether an entry is to be removed. */
export function isDead({ state }: Inspection): boolean {
  return state === 'expired' || state === 'invalidated' || state === 'damaged' || state === 'useless';
}

/** Names of the files of a folder, none if it is gone, with a pause now and then. */
async function* fileNames(folder: string): AsyncGenerator<string> {
  let seen = 0;
  try {
    for await (const entry of await opendir(folder, { bufferSize: 256 })) {
      if (entry.isDirectory()) continue;
      yield entry.name;
      if (++seen % SLICE === 0) await yieldToEventLoop();
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Left for the next cleanup.
  }
}
