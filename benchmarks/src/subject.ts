/** What is stored: every kind of value in {@link valueKinds} is an object, bytes included. */
export type Value = object;

/** What a subject gives besides speed. Shown beside its numbers: less given is less paid for. */
export interface Gives {
  /** Whether a caller that changes a value changes the cache: `shared` yes, `copied` and `frozen` no. */
  readonly isolation: 'copied' | 'frozen' | 'shared';
  readonly isPersistent: boolean;
  /** What several processes on one store can rely on. */
  readonly crossProcess: string;
}

export interface OpenOptions {
  /** An empty directory of the subject's own. */
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
  close(): void | Promise<void>;
}

/** Something to measure: one of the packages in one configuration, a peer, or what both are built on. */
export interface Subject {
  readonly name: string;
  readonly gives: Gives;
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
