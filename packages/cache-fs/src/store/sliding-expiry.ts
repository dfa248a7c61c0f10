import { randomBytes } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { MAX_FUTURE_MS } from '@glovebox/cache-core';
import { isNotAFile, readSmallFile, replaceFile } from '../safe-files.js';
import { checksumText, crc32 } from './checksum.js';
import type { EntryHeader } from './entry-format.js';
import { isMissing } from './faults.js';
import { expiryPath, type StorePaths } from './paths.js';

const CHECKSUM_DIGITS = 8;
const MAX_RECORD_BYTES = 256;

/**
 * To when reads have extended the entries that they extend: `metadata/<id>.expiry`, one line of a checksum and the JSON
 * array of generation and instant. Beside the entry and not in it, so that an extension can't undo a write that comes in
 * between: it counts for the generation that was read alone. Of two that are recorded at once, the later one is in force
 * but for the moment between the look and the rename; what is lost then is time.
 */
export class SlidingExpiry {
  readonly #paths: StorePaths;
  readonly #now: () => number;

  /** @param now epoch milliseconds */
  constructor(paths: StorePaths, now: () => number) {
    this.#paths = paths;
    this.#now = now;
  }

  /** The header with the expiry that is in force. @throws the system's error if that can't be told now */
  apply(id: string, header: EntryHeader): EntryHeader {
    const { expiresAt, ttlSeconds, graceUntil } = header;
    if (header.sliding !== true || expiresAt === null || ttlSeconds === null) return header;
    const extended = this.#read(id, header.generation);
    // Beyond what a read can give, it was recorded under a wrong clock.
    if (
      extended === undefined ||
      extended <= expiresAt ||
      extended > this.#now() + ttlSeconds * 1_000 + MAX_FUTURE_MS
    ) {
      return header;
    }
    const extendedGrace = graceUntil === undefined ? undefined : graceUntil - expiresAt + extended;
    return { ...header, expiresAt: extended, graceUntil: extendedGrace };
  }

  /** Records a later expiry for a generation. @throws the system's error */
  extend(id: string, generation: string, expiresAt: number): void {
    const text = JSON.stringify([generation, expiresAt]);
    const stagingPath = `${this.#paths.tmpDir}/expiry-${randomBytes(8).toString('hex')}`;
    replaceFile(expiryPath(this.#paths, id), `${checksumText(crc32(text))} ${text}\n`, stagingPath);
  }

  #read(id: string, generation: string): number | undefined {
    const path = expiryPath(this.#paths, id);
    // Asking first costs a tenth of a read that fails.
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    let line: string;
    try {
      line = readSmallFile(path, MAX_RECORD_BYTES).toString('utf8').trimEnd();
    } catch (error) {
      if (isMissing(error) || isNotAFile(error)) return undefined;
      throw error;
    }
    const text = line.slice(CHECKSUM_DIGITS + 1);
    // Damage costs the extension: the entry expires as if nobody had read it.
    if (line !== `${checksumText(crc32(text))} ${text}`) return undefined;
    const record: unknown = JSON.parse(text);
    if (!Array.isArray(record) || record[0] !== generation) return undefined;
    const expiresAt: unknown = record[1];
    return typeof expiresAt === 'number' && Number.isFinite(expiresAt) ? expiresAt : undefined;
  }
}
