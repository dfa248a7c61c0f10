import { closeSync, fstatSync, lstatSync, unlinkSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { addCounters, type CacheCounters, COUNTER, createCounters } from '@glovebox/cache-core';
import type { ProcessIdentity } from '../process-identity.js';
import { createPrivateFile } from '../safe-files.js';
import { CounterBlock, encodeRecord, type WriterTotals } from './counter-record.js';
import { newWriterName } from './writer-name.js';

/** Counts between two looks whether the file still has its name. A look costs about two counts. */
const LOOK_EVERY = 64;
/** Counts between two attempts to make a file that could not be made. */
const RETRY_EVERY = 64;

export interface WriterFileOptions {
  readonly statsDir: string;
  readonly identity: ProcessIdentity;
  /** Told of the first of several faults in a row. */
  readonly onFault: (error: unknown) => void;
  /** What the base has of a file that has vanished, because its writer was taken for dead. */
  readonly foldedTotals: (name: string) => WriterTotals | undefined;
}

/**
 * The file of this writer, made at its first count. Each write carries all that was counted, not what was added, so that
 * a write that fails is made good by the next one that succeeds.
 */
export class WriterFile {
  readonly #options: WriterFileOptions;
  readonly #block = new CounterBlock();
  readonly #unsettled = createCounters();
  /** All counts of this writer; the caller's own array, which it goes on counting in. */
  #counters: Readonly<CacheCounters> = createCounters();
  #entries = 0;
  #bytes = 0;
  /** What an earlier file of this writer held that is in the base by now. */
  #settled: WriterTotals | undefined;
  #name = newWriterName();
  #fd: number | undefined;
  #untilLook = LOOK_EVERY;
  #untilRetry = 0;
  #isFailing = false;
  #isClosed = false;

  constructor(options: WriterFileOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#name;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get path(): string {
    return join(this.#options.statsDir, this.#name);
  }

  /** Changes what this writer has added to the store; reaches the file with the next {@link save}. */
  adjust(entries: number, bytes: number): void {
    this.#entries += entries;
    this.#bytes += bytes;
  }

  /** One system call, and no allocation. Never throws. */
  save(counters: Readonly<CacheCounters>): void {
    this.#counters = counters;
    if (this.#isClosed) return;
    if (this.#fd === undefined) {
      if (this.#untilRetry > 0) this.#untilRetry--;
      else this.#create();
      return;
    }
    if (this.#untilLook-- > 0) this.#write(this.#fd);
    else this.look();
  }

  /** Remembers the counters and writes nothing. */
  keep(counters: Readonly<CacheCounters>): void {
    this.#counters = counters;
  }

  /** What is in none but this writer's file. */
  totals(): WriterTotals {
    const settled = this.#settled;
    if (settled === undefined) return { counters: this.#counters, entries: this.#entries, bytes: this.#bytes };
    this.#subtract(settled);
    return { counters: this.#unsettled, entries: this.#entries - settled.entries, bytes: this.#bytes - settled.bytes };
  }

  /** Writes everything, into a new file if the old one has lost its name. */
  look(): void {
    this.#untilLook = LOOK_EVERY;
    this.#untilRetry = 0;
    if (this.#isClosed) return;
    if (this.#fd === undefined) {
      if (this.#hasCounted()) this.#create();
      return;
    }
    if (!hasName(this.#fd, this.path)) {
      this.#closeFile();
      this.#settle(this.#options.foldedTotals(this.#name));
      this.#name = newWriterName();
      this.#create();
      return;
    }
    this.#write(this.#fd);
  }

  /** Counts no more. The file stays, marked as one that anybody may fold. */
  close(): void {
    if (this.#isClosed) return;
    this.look();
    this.#isClosed = true;
    if (this.#fd === undefined) return;
    this.#block.markClosed();
    this.#writeBlock(this.#fd);
    this.#closeFile();
  }

  #create(): void {
    this.#untilRetry = RETRY_EVERY;
    let fd: number | undefined;
    try {
      fd = createPrivateFile(this.path);
      this.#fillBlock();
      const record = encodeRecord(this.#block, this.#options.identity);
      if (writeSync(fd, record, 0, record.length, 0) !== record.length) throw shortWrite(this.path);
      this.#fd = fd;
      this.#untilLook = LOOK_EVERY;
      this.#isFailing = false;
    } catch (error) {
      if (fd !== undefined) discard(fd, this.path);
      this.#fail(error);
    }
  }

  #write(fd: number): void {
    this.#fillBlock();
    this.#writeBlock(fd);
  }

  #writeBlock(fd: number): void {
    const { bytes } = this.#block;
    try {
      if (writeSync(fd, bytes, 0, bytes.length, 0) !== bytes.length) throw shortWrite(this.path);
      this.#isFailing = false;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fillBlock(): void {
    const settled = this.#settled;
    if (settled === undefined) {
      this.#block.fill(this.#counters, this.#entries, this.#bytes);
      return;
    }
    this.#subtract(settled);
    this.#block.fill(this.#unsettled, this.#entries - settled.entries, this.#bytes - settled.bytes);
  }

  #subtract(settled: WriterTotals): void {
    for (let index = 0; index < this.#unsettled.length; index++) {
      this.#unsettled[index] = (this.#counters[index] ?? 0) - (settled.counters[index] ?? 0);
    }
    this.#unsettled[COUNTER.lastUpdatedAt] = this.#counters[COUNTER.lastUpdatedAt] ?? 0;
  }

  #settle(folded: WriterTotals | undefined): void {
    if (folded === undefined) return;
    const before = this.#settled;
    this.#settled = {
      counters: addCounters(addCounters(createCounters(), folded.counters), before?.counters ?? []),
      entries: folded.entries + (before?.entries ?? 0),
      bytes: folded.bytes + (before?.bytes ?? 0),
    };
  }

  #hasCounted(): boolean {
    return this.#counters.some((count) => count !== 0) || this.#entries !== 0 || this.#bytes !== 0;
  }

  #closeFile(): void {
    if (this.#fd === undefined) return;
    closeQuietly(this.#fd);
    this.#fd = undefined;
  }

  #fail(error: unknown): void {
    if (!this.#isFailing) this.#options.onFault(error);
    this.#isFailing = true;
  }
}

/** Whether an open file is the one at `path`: it may have been removed, or moved away with its directory. */
function hasName(fd: number, path: string): boolean {
  try {
    const own = fstatSync(fd);
    const named = lstatSync(path, { throwIfNoEntry: false });
    return named !== undefined && named.ino === own.ino && named.dev === own.dev;
  } catch (error) {
    // The directory is another machine's, where the file was removed. Node has no name for this error. After any other the
    // file may be there, and a second one would count everything twice.
    return !(error instanceof Error && 'errno' in error && error.errno === -constants.errno.ESTALE);
  }
}

function discard(fd: number, path: string): void {
  closeQuietly(fd);
  try {
    unlinkSync(path);
  } catch {
    // A file without a record counts as nothing, and goes with the next fold.
  }
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // Nothing is buffered: what was written is written.
  }
}

function shortWrite(path: string): Error {
  return Object.assign(new Error(`${path} was written in part`), { code: 'ENOSPC' });
}
