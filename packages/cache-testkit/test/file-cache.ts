import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import {
  addCounters,
  BaseCacheManager,
  type BaseCacheOptions,
  type CacheCapabilities,
  type CacheCounters,
  type CacheMetadata,
  createCounters,
  describeEntry,
  isExpired,
  type StoredEntry,
} from '@glovebox/cache-core';
import type { StoreContext } from '@glovebox/cache-testkit';

export const FILE_CAPABILITIES: CacheCapabilities = {
  persistent: true,
  multiProcess: true,
  crossProcessLocks: true,
  persistentStats: true,
  persistentUsage: false,
  isolation: 'clone',
  evictionPolicies: ['fifo'],
  limits: { entries: true, bytes: false },
};

/** A writer is done with its staging file long before. */
const ABANDONED_AFTER_MS = 600_000;

/**
 * A right backend for several processes, as small as one can be: a file an entry, replaced by rename under a lock of its key. The broken caches of the process checks are this one with a fault each.
 */
export class FileCache extends BaseCacheManager {
  readonly name: string = 'file';
  readonly capabilities: CacheCapabilities = FILE_CAPABILITIES;
  protected readonly directory: string;
  protected readonly counterName = randomUUID();
  readonly #locks = new Map<string, ProcessLock>();
  #counterFile: number | undefined;

  constructor(options: BaseCacheOptions, { directory }: StoreContext) {
    super(options);
    this.directory = directory;
    this.makeFolders();
  }

  protected makeFolders(): void {
    for (const folder of ['data', 'tmp', 'locks', 'counters']) {
      mkdirSync(join(this.directory, folder), { recursive: true });
    }
  }

  protected override readEntry(key: string): StoredEntry | undefined | Promise<StoredEntry | undefined> {
    return this.readFile(this.fileOf(key));
  }

  protected override writeEntry(key: string, entry: StoredEntry): void | Promise<void> {
    const staging = this.stagingFile();
    writeFileSync(staging, textOf(key, entry));
    this.exclusively(key, () => renameSync(staging, this.fileOf(key)));
  }

  protected override removeEntry(key: string): boolean | Promise<boolean> {
    return this.exclusively(key, () => removeFile(this.fileOf(key)));
  }

  protected override *listEntries(): Generator<CacheMetadata> {
    for (const name of readdirSync(this.dataFolder)) {
      const entry = this.readFile(join(this.dataFolder, name));
      if (entry !== undefined) yield describeEntry(entry.key, entry, entry, this.clock.now());
    }
  }

  protected override clearStore(): void | Promise<void> {
    for (const name of readdirSync(this.dataFolder)) removeFile(join(this.dataFolder, name));
  }

  protected override sweepStore(now: number): number | Promise<number> {
    const expired = [...this.listEntries()].filter((metadata) => isExpired(metadata, now));
    const removed = expired.filter(({ key }) =>
      this.exclusively(key, () => {
        const entry = this.readFile(this.fileOf(key));
        return entry !== undefined && isExpired(entry, now) && removeFile(this.fileOf(key));
      }),
    );
    for (const { key } of removed) this.countExpiry(key);
    this.sweepStaging();
    return removed.length;
  }

  /** Removes what writers that are gone have staged. */
  protected sweepStaging(): void {
    for (const name of readdirSync(join(this.directory, 'tmp'))) {
      const file = join(this.directory, 'tmp', name);
      const stats = statSync(file, { throwIfNoEntry: false });
      if (stats !== undefined && Date.now() - stats.mtimeMs > ABANDONED_AFTER_MS) removeFile(file);
    }
  }

  protected override evict(writtenKey: string | undefined): void | Promise<void> {
    const { maxEntries } = this.limits;
    if (maxEntries === undefined) return;
    this.exclusively('', () => {
      const now = this.clock.now();
      const kept = [...this.listEntries()].filter((metadata) => {
        if (!isExpired(metadata, now) || !removeFile(this.fileOf(metadata.key))) return true;
        this.countExpiry(metadata.key);
        return false;
      });
      const victims = kept.filter(({ key }) => key !== writtenKey).sort((a, b) => a.createdAt - b.createdAt);
      for (const { key } of victims.slice(0, Math.max(0, kept.length - maxEntries))) {
        if (removeFile(this.fileOf(key))) this.countEviction(key);
      }
    });
  }

  protected override saveStats(counters: Readonly<CacheCounters>): void {
    this.#counterFile ??= openSync(join(this.directory, 'counters', this.counterName), 'w');
    writeSync(this.#counterFile, Float64Array.from(counters), 0, counters.length * 8, 0);
  }

  protected override loadStats(_own: Readonly<CacheCounters>): CacheCounters {
    const total = createCounters();
    for (const name of readdirSync(join(this.directory, 'counters'))) {
      addCounters(total, readCounters(join(this.directory, 'counters', name)));
    }
    return total;
  }

  protected override withEntryLock<T>(key: string, task: () => Promise<T>): Promise<T> {
    return this.#locked(idOf(key), task);
  }

  protected override withUpdateLock<T>(key: string, task: () => Promise<T>): Promise<T> {
    return this.#locked(`update-${idOf(key)}`, task);
  }

  async #locked<T>(name: string, task: () => Promise<T>): Promise<T> {
    const lock = new ProcessLock(join(this.directory, 'locks', name));
    try {
      while (!lock.tryTake()) await delay(5);
      return await task();
    } finally {
      lock.close();
    }
  }

  protected override closeStore(): void | Promise<void> {
    for (const lock of this.#locks.values()) lock.close();
    if (this.#counterFile !== undefined) closeSync(this.#counterFile);
  }

  protected get dataFolder(): string {
    return join(this.directory, 'data');
  }

  protected fileOf(key: string): string {
    return join(this.dataFolder, idOf(key));
  }

  protected stagingFile(): string {
    return join(this.directory, 'tmp', randomUUID());
  }

  protected readFile(file: string): (StoredEntry & { readonly key: string }) | undefined {
    const text = readIfThere(file);
    if (text === undefined) return undefined;
    const { key, encoding, text: data, bytes, ...dates } = JSON.parse(text);
    return { key, payload: { encoding, data: data ?? Buffer.from(bytes, 'base64') }, ...dates };
  }

  /** Runs `change` while no other process runs one for the key. */
  protected exclusively<T>(key: string, change: () => T): T {
    const name = idOf(key).slice(0, 2);
    const lock = this.#locks.get(name) ?? new ProcessLock(join(this.directory, 'locks', name));
    this.#locks.set(name, lock);
    // Waiting as the database does doubles each pause, up to 100 ms.
    while (!lock.tryTake()) Atomics.wait(pause, 0, 0, 0.05);
    try {
      return change();
    } finally {
      lock.release();
    }
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4));

/** A lock between processes that the system takes from a dead one: that of a database which nobody writes to. */
class ProcessLock {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec('PRAGMA busy_timeout = 0');
  }

  tryTake(): boolean {
    try {
      // The mode is read from the file, which another process may have locked.
      this.#database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN EXCLUSIVE');
      return true;
    } catch (error) {
      if (error instanceof Error && error.message === 'database is locked') return false;
      throw error;
    }
  }

  release(): void {
    this.#database.exec('COMMIT');
  }

  close(): void {
    this.#database.close();
  }
}

export function textOf(key: string, entry: StoredEntry): string {
  const { payload, sizeBytes, createdAt, ttlSeconds, expiresAt, isSliding, tags, accessCount, lastAccessedAt } = entry;
  const { encoding, data } = payload;
  const content = typeof data === 'string' ? { text: data } : { bytes: Buffer.from(data).toString('base64') };
  const dates = { createdAt, ttlSeconds, expiresAt, isSliding, lastAccessedAt };
  return JSON.stringify({ key, encoding, ...content, sizeBytes, ...dates, tags, accessCount });
}

export function removeFile(file: string): boolean {
  try {
    rmSync(file);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Counters are written in place: what is read twice alike was not being written. */
export function readCounters(file: string): Float64Array {
  let before: Buffer | undefined;
  for (;;) {
    const bytes = readFileSync(file);
    const isWhole = before !== undefined && bytes.equals(before);
    // One that died before its first count has left an empty file.
    if (isWhole) return bytes.length === 0 ? createCounters() : new Float64Array(Uint8Array.from(bytes).buffer);
    before = bytes;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function idOf(key: string): string {
  return createHash('sha256').update(JSON.stringify(key)).digest('hex');
}
