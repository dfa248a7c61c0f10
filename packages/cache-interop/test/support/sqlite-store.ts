import { EventEmitter } from 'node:events';
import { DatabaseSync } from 'node:sqlite';

/** A storage adapter of keyv 5 on a real database: what `@keyv/sqlite` does, without a native build. */
export class SqliteStore extends EventEmitter {
  readonly opts = { dialect: 'sqlite' };
  readonly #database: DatabaseSync;

  constructor(file: string) {
    super();
    this.#database = new DatabaseSync(file);
    this.#database.exec(
      `PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;
       CREATE TABLE IF NOT EXISTS keyv (key BLOB PRIMARY KEY, value TEXT NOT NULL, expires INTEGER) STRICT`,
    );
  }

  async get(key: string): Promise<string | undefined> {
    const row = this.#database.prepare('SELECT value, expires FROM keyv WHERE key = ?').get(Buffer.from(key));
    if (row === undefined || (row.expires !== null && Number(row.expires) <= Date.now())) return undefined;
    return String(row.value);
  }

  async set(key: string, value: string, ttlMs?: number): Promise<void> {
    const expires = ttlMs === undefined ? null : Math.ceil(Date.now() + ttlMs);
    this.#database.prepare('INSERT OR REPLACE INTO keyv VALUES (?, ?, ?)').run(Buffer.from(key), value, expires);
  }

  async delete(key: string): Promise<boolean> {
    return this.#database.prepare('DELETE FROM keyv WHERE key = ?').run(Buffer.from(key)).changes > 0;
  }

  async clear(): Promise<void> {
    this.#database.exec('DELETE FROM keyv');
  }

  async *iterator(namespace = ''): AsyncGenerator<[string, string]> {
    for (const { key, value } of this.#database.prepare('SELECT key, value FROM keyv').all()) {
      const text = Buffer.from(key as Uint8Array).toString();
      if (text.startsWith(namespace)) yield [text, String(value)];
    }
  }

  async disconnect(): Promise<void> {
    this.#database.close();
  }
}
