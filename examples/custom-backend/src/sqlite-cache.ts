import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import * as core from '@glovebox/cache-core';

export interface SqliteCacheOptions extends core.BaseCacheOptions {
  /** Path of the database, made if it is missing; its folder must be there. */
  file: string;
}

const SCHEMA = `
  PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, header TEXT NOT NULL, data ANY NOT NULL) STRICT`;

/** A cache in an SQLite database, which several processes may use at once. Needs Node 22.13 or later. */
export class SqliteCache extends core.BaseCacheManager {
  readonly name = 'sqlite';
  readonly capabilities: core.CacheCapabilities = {
    persistent: true,
    multiProcess: true,
    crossProcessLocks: false,
    persistentStats: false,
    persistentUsage: false,
    isolation: 'clone',
    evictionPolicies: core.EVICTION_POLICIES,
    limits: { entries: true, bytes: true },
  };
  readonly #database: DatabaseSync;

  /** @throws CacheError `CACHE_INVALID_CONFIG`, or the error of SQLite if it can't open the file */
  constructor(options: SqliteCacheOptions) {
    core.checkOptions('SqliteCache', options, { ...core.baseOptionRules, file: core.optionRules.text });
    super(options);
    this.#database = new DatabaseSync(options.file);
    inTurn(() => this.#database.exec(SCHEMA));
  }

  protected override readEntry(key: string): core.StoredEntry | undefined {
    const row = this.#database.prepare('SELECT header, data FROM entries WHERE key = ?').get(Buffer.from(key));
    if (row === undefined) return undefined;
    const { encoding, ...header } = headerOf(row);
    const data = row.data instanceof Uint8Array ? row.data : String(row.data);
    return { ...header, payload: { encoding, data } };
  }

  protected override writeEntry(key: string, entry: core.StoredEntry): void {
    const header = { ...core.describeEntry(key, entry, entry, entry.createdAt), encoding: entry.payload.encoding };
    this.#database
      .prepare('INSERT OR REPLACE INTO entries VALUES (?, ?, ?)')
      .run(Buffer.from(key), JSON.stringify(header), entry.payload.data);
  }

  protected override removeEntry(key: string): boolean {
    return this.#database.prepare('DELETE FROM entries WHERE key = ?').run(Buffer.from(key)).changes > 0;
  }

  protected override *listEntries(): Generator<core.CacheMetadata> {
    for (const header of this.#database.prepare('SELECT header FROM entries').all().map(headerOf)) {
      yield core.describeEntry(header.key, header, header, this.clock.now());
    }
  }

  /** One statement looks and removes: between two of them another process may replace what had expired. */
  protected override sweepStore(now: number): number {
    const removed = this.#database
      .prepare("DELETE FROM entries WHERE header ->> 'expiresAt' <= ? RETURNING header")
      .all(now);
    for (const { key } of removed.map(headerOf)) {
      this.noteRemoved(key);
      this.countExpiry(key);
    }
    return removed.length;
  }

  protected override closeStore(): void {
    this.#database.close();
  }
}

/** SQLite waits for nobody when it turns a new database to WAL, whatever the timeout: several processes may do so at once. */
function inTurn<T>(task: () => T, turnsLeft = 250): T {
  try {
    return task();
  } catch (error) {
    if (turnsLeft === 0 || !String(error).includes('locked')) throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    return inTurn(task, turnsLeft - 1);
  }
}

type Header = core.CacheMetadata & Pick<core.EncodedValue, 'encoding'>;

function headerOf(row: Record<string, SQLOutputValue>): Header {
  return JSON.parse(String(row.header));
}
