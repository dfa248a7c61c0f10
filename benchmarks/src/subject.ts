/** What is stored: every kind of value in {@link valueKinds} is an object, bytes included. */
export type Value = object;

/** What a subject gives besides speed. Shown beside its numbers: less given is less paid for. */
export interface Gives {
  /**
   * Whether a caller that changes a value changes the cache: `shared` yes, `copied` and `frozen` no; `copied on read` if it
   * changes what it has stored, but not if it changes what it has read.
   */
  readonly isolation: 'copied' | 'copied on read' | 'frozen' | 'shared';
  /** Where an operation finds the entries. What is kept in `one file` is read when it is opened and then served from memory. */
  readonly keeps: 'memory' | 'a file an entry' | 'one file' | 'a database';
  readonly isPersistent: boolean;
  /** What a reader may find after a process was killed in the middle of a write. */
  readonly afterCrash: 'whole values' | 'cut values' | 'nothing';
  /** What several processes on one store can rely on. */
  readonly crossProcess: string;
  /** Whether a value whose bytes have changed on the disk is noticed when it is read. */
  readonly hasChecksums: boolean;
  readonly hasExpiry: boolean;
  /** What can be limited. */
  readonly limits: 'entries and bytes' | 'entries' | 'none';
  /** How far `getOrSet` sees to it that one caller computes and the others wait. */
  readonly computesOnce: 'in all processes' | 'in a process' | 'no';
  /** What comes back as it was. */
  readonly holds: 'JSON' | 'JSON, bytes' | 'JSON, bytes, Date, Map';
}

export interface OpenOptions {
  /** The subject's own directory: empty, or what it left there before. */
  readonly directory: string;
  /** Whether the values will be bytes, for subjects that have to be told. */
  readonly holdsBytes: boolean;
}

/**
 * An open store. Each method does one operation as a program would write it, with no more around it than that. Promises
 * only if the subject is asynchronous.
 */
export interface Session {
  /** The value, or `undefined`. */
  get(key: string): unknown;
  /** The cheapest way to learn that `key` is missing: `undefined`. */
  miss(key: string): unknown;
  /** `true` once the value is stored. */
  set(key: string, value: Value): boolean | Promise<boolean>;
  /** `true` if the key was there. */
  delete(key: string): boolean | Promise<boolean>;
  getOrSet(key: string, factory: () => Value): unknown;
  /** Stores a value under many keys before anything is timed, where that is cheaper than one by one. */
  fill?(keys: readonly string[], value: Value): void;
  close(): void | Promise<void>;
}

/** Something to measure: one of the packages in one configuration, a peer, or what both are built on. */
export interface Subject {
  readonly name: string;
  /** One of this repository's packages, `true`; what they are built on or compared with, `false`. @default false */
  readonly isOurs?: boolean;
  readonly gives: Gives;
  /** A module that may not load on every machine: the subject is then left out, and the reason told. */
  readonly needs?: string;
  /** Measured only with the first kind of value: with others it would tell nothing new. @default false */
  readonly isForFirstKind?: boolean;
  /** A synchronous subject is called without `await`. */
  readonly isSynchronous: boolean;
  /** How long what is stored rests before it is read, in milliseconds: a store that has been there is measured, not a new one. */
  readonly restMs?: number;
  open(options: OpenOptions): Session | Promise<Session>;
}

/** Subjects that are compared with each other, and the one that their ratios refer to. */
export interface Group {
  readonly name: string;
  readonly title: string;
  readonly reference: Subject;
  readonly others: readonly Subject[];
}
