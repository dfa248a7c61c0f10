import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  evictionPolicies: ['lru', 'lfu', 'fifo', 'ttl'],
  limits: { entries: true, bytes: true },
};

/**
 * A right backend for several processes, as small as one can be: a file an entry, replaced by rename, and one lock for
 * whatever changes the store. The broken caches of the process checks are this one with a fault each.
 */
export class FileCache extends BaseCacheManager {
  readonly name: string = 'file';
  readonly capabilities: CacheCapabilities = FILE_CAPABILITIES;
  protected readonly directory: string;
  readonly #storeLock: ProcessLock;
  readonly #counterFile: string;

  constructor(options: BaseCacheOptions, { directory }: StoreContext) {
    super(options);
    this.directory = directory;
    for (const folder of ['data', 'tmp', 'locks', 'counters']) mkdirSync(join(directory, folder), { recursive: true });
    this.#storeLock = new ProcessLock(join(directory, 'locks', 'store'));
    this.#counterFile = join(directory, 'counters', randomUUID());
  }

  protected override readEntry(key: string): StoredEntry | undefined | Promise<StoredEntry | undefined> {
    return this.readFile(this.fileOf(key));
  }

  protected override writeEntry(key: string, entry: StoredEntry): void | Promise<void> {
    const staging = this.stagingFile();
    writeFileSync(staging, textOf(key, entry));
    this.exclusively(() => renameSync(staging, this.fileOf(key)));
  }

  protected override removeEntry(key: string): boolean | Promise<boolean> {
    return this.exclusively(() => removeFile(this.fileOf(key)));
  }

  protected override *listEntries(): Generator<CacheMetadata> {
    for (const name of readdirSync(this.dataFolder)) {
      const entry = this.readFile(join(this.dataFolder, name));
      if (entry !== undefined) yield describeEntry(entry.key, entry, entry, this.clock.now());
    }
  }

  protected override clearStore(): void | Promise<void> {
    this.exclusively(() => {
      for (const name of readdirSync(this.dataFolder)) removeFile(join(this.dataFolder, name));
    });
  }

  protected override sweepStore(now: number): number | Promise<number> {
    const expired = [...this.listEntries()].filter((metadata) => isExpired(metadata, now));
    const removed = expired.filter(({ key }) =>
      this.exclusively(() => {
        const entry = this.readFile(this.fileOf(key));
        return entry !== undefined && isExpired(entry, now) && removeFile(this.fileOf(key));
      }),
    );
    for (const { key } of removed) this.countExpiry(key);
    return removed.length;
  }

  protected override saveStats(counters: Readonly<CacheCounters>): void {
    const staging = this.stagingFile();
    writeFileSync(staging, JSON.stringify([...counters]));
    renameSync(staging, this.#counterFile);
  }

  protected override loadStats(_own: Readonly<CacheCounters>): CacheCounters {
    const total = createCounters();
    for (const name of readdirSync(join(this.directory, 'counters'))) {
      addCounters(total, Float64Array.from(JSON.parse(readFileSync(join(this.directory, 'counters', name), 'utf8'))));
    }
    return total;
  }

  protected override async withEntryLock<T>(key: string, task: () => Promise<T>): Promise<T> {
    const lock = new ProcessLock(join(this.directory, 'locks', idOf(key)));
    try {
      while (!lock.tryTake(0)) await delay(5);
      return await task();
    } finally {
      lock.close();
    }
  }

  protected override closeStore(): void | Promise<void> {
    this.#storeLock.close();
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

  /** Runs `change` while no other process changes the store. */
  protected exclusively<T>(change: () => T): T {
    if (!this.#storeLock.tryTake(10_000)) throw new Error('the lock of the store could not be had in 10 seconds');
    try {
      return change();
    } finally {
      this.#storeLock.release();
    }
  }
}

/** A lock between processes that the system takes from a dead one: that of a database which nobody writes to. */
class ProcessLock {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
  }

  tryTake(waitMs: number): boolean {
    this.#database.exec(`PRAGMA busy_timeout = ${waitMs}`);
    try {
      this.#database.exec('BEGIN EXCLUSIVE');
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
  const { payload, sizeBytes, createdAt, ttlSeconds, expiresAt, tags, accessCount, lastAccessedAt } = entry;
  const { encoding, data } = payload;
  const content = typeof data === 'string' ? { text: data } : { bytes: Buffer.from(data).toString('base64') };
  const dates = { createdAt, ttlSeconds, expiresAt, lastAccessedAt };
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

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function idOf(key: string): string {
  return createHash('sha256').update(JSON.stringify(key)).digest('hex');
}
