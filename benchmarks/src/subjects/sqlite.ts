import { join } from 'node:path';
import type { Gives, Session, Subject, Value } from '../subject.js';
import { codecFor } from './codec.js';

const gives: Gives = {
  isolation: 'copied',
  keeps: 'a database',
  isPersistent: true,
  afterCrash: 'whole values',
  crossProcess: 'transactions',
  hasChecksums: false,
  hasExpiry: false,
  limits: 'none',
  computesOnce: 'no',
  holds: 'JSON, bytes',
};

/** What SQLite recommends beside WAL: a power cut may lose the last transactions, and damages nothing. */
const PRAGMAS = ['journal_mode = WAL', 'synchronous = NORMAL'];
const CREATE = 'CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value)';
const SELECT = 'SELECT value FROM entries WHERE key = ?';
const HAS = 'SELECT 1 AS value FROM entries WHERE key = ?';
const UPSERT = 'INSERT INTO entries (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value';
const DELETE = 'DELETE FROM entries WHERE key = ?';

export const nodeSqlite: Subject = {
  name: 'node:sqlite',
  gives,
  needs: 'node:sqlite',
  isSynchronous: true,
  open: async ({ directory, holdsBytes }): Promise<Session> => {
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(join(directory, 'entries.sqlite'));
    for (const pragma of PRAGMAS) database.exec(`PRAGMA ${pragma}`);
    database.exec(CREATE);
    const [select, has, upsert, remove] = [SELECT, HAS, UPSERT, DELETE].map((sql) => database.prepare(sql));
    if (!(select && has && upsert && remove)) throw new Error('a statement was not prepared');
    return sessionOf(holdsBytes, {
      select: (key) => select.get(key)?.value,
      has: (key) => has.get(key) !== undefined,
      upsert: (key, value) => upsert.run(key, value).changes,
      remove: (key) => remove.run(key).changes,
      close: () => database.close(),
    });
  },
};

export const betterSqlite3: Subject = {
  name: 'better-sqlite3',
  gives,
  needs: 'better-sqlite3',
  isSynchronous: true,
  open: async ({ directory, holdsBytes }): Promise<Session> => {
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(join(directory, 'entries.sqlite'));
    for (const pragma of PRAGMAS) database.pragma(pragma);
    database.exec(CREATE);
    const select = database.prepare<[string]>(SELECT).pluck();
    const has = database.prepare<[string]>(HAS).pluck();
    const upsert = database.prepare<[string, string | Uint8Array]>(UPSERT);
    const remove = database.prepare<[string]>(DELETE);
    return sessionOf(holdsBytes, {
      select: (key) => select.get(key),
      has: (key) => has.get(key) !== undefined,
      upsert: (key, value) => upsert.run(key, value).changes,
      remove: (key) => remove.run(key).changes,
      close: () => database.close(),
    });
  },
};

interface Statements {
  select(key: string): unknown;
  has(key: string): boolean;
  upsert(key: string, value: string | Uint8Array): number | bigint;
  remove(key: string): number | bigint;
  close(): void;
}

function sessionOf(holdsBytes: boolean, { select, has, upsert, remove, close }: Statements): Session {
  const { encode, decode } = codecFor(holdsBytes);
  const get = (key: string) => {
    const stored = select(key);
    return typeof stored === 'string' || stored instanceof Uint8Array ? decode(stored) : undefined;
  };
  const set = (key: string, value: Value) => Number(upsert(key, encode(value))) === 1;
  return {
    get,
    miss: (key) => (has(key) ? key : undefined),
    set,
    delete: (key) => Number(remove(key)) === 1,
    getOrSet: (key, factory) => {
      const found = get(key);
      if (found !== undefined) return found;
      const value = factory();
      set(key, value);
      return value;
    },
    close,
  };
}
