import {
  BaseCacheManager,
  type BaseCacheOptions,
  baseOptionRules,
  type CacheCapabilities,
  CacheError,
  type CacheMetadata,
  checkOptions,
  describeEntry,
  EVICTION_POLICIES,
  optionRules,
  type StoredEntry,
  systemClock,
} from '@glovebox/cache-core';
import { KeyvClient, type KeyvStore } from './keyv-store.js';
import { type KeyedEntry, readText, writeText } from './stored-text.js';

/** Options of {@link fromKeyv}. */
export interface KeyvCacheOptions extends BaseCacheOptions {
  /** Says that the store keeps its entries when it is closed, which it can't be asked. Goes into the capabilities. @default false */
  persistent?: boolean | undefined;
  /** Whether `close` disconnects the store. @default true */
  disconnectOnClose?: boolean | undefined;
}

const RULES = { ...baseOptionRules, persistent: optionRules.boolean, disconnectOnClose: optionRules.boolean };

/** A cache in a Keyv store: made by {@link fromKeyv}. */
export class KeyvCache extends BaseCacheManager {
  readonly name = 'keyv';
  readonly capabilities: CacheCapabilities;
  readonly #client: KeyvClient;
  readonly #disconnectOnClose: boolean;
  /** Of stores that can't be listed: the keys that this instance has written or found. */
  readonly #knownKeys = new Set<string>();

  /** @throws CacheError `CACHE_INVALID_CONFIG` */
  constructor(store: KeyvStore, options: KeyvCacheOptions = {}) {
    checkOptions('fromKeyv', options, RULES);
    super(options);
    this.#client = new KeyvClient(store, (error) => this.report('open', error));
    this.#disconnectOnClose = options.disconnectOnClose ?? true;
    const { canList } = this.#client;
    for (const limit of ['maxEntries', 'maxSizeBytes'] as const) {
      if (!canList && options[limit] !== undefined) throw cannotLimit(limit, options[limit]);
    }
    this.capabilities = Object.freeze({
      // The next instance would read the entries, but could not list them.
      persistent: canList && options.persistent === true,
      // A store can be shared, but can't look and remove in one step: a cleanup may take what another process just wrote.
      multiProcess: false,
      crossProcessLocks: false,
      persistentStats: false,
      persistentUsage: false,
      isolation: 'clone',
      evictionPolicies: canList ? EVICTION_POLICIES : [],
      limits: { entries: canList, bytes: canList },
      grace: true,
    });
  }

  protected override readEntry(key: string): StoredEntry | undefined | Promise<StoredEntry | undefined> {
    const found = this.#client.get(key);
    return found instanceof Promise ? found.then((text) => entryOf(key, text)) : entryOf(key, found);
  }

  protected override writeEntry(key: string, entry: StoredEntry): void | Promise<void> {
    const keepUntil = entry.graceUntil ?? entry.expiresAt;
    // The store goes by the system's clock: with another one, it might forget what has not expired.
    const isTold = keepUntil !== null && this.clock === systemClock;
    const keepMs = isTold ? Math.max(1, keepUntil - this.clock.now()) : undefined;
    return this.#client.set(key, writeText(key, entry), keepMs);
  }

  protected override removeEntry(key: string): boolean | Promise<boolean> {
    return this.#client.delete(key);
  }

  protected override async *listEntries(): AsyncGenerator<CacheMetadata> {
    for await (const entry of this.#client.canList ? this.#allEntries() : this.#knownEntries()) {
      yield describeEntry(entry.key, entry, entry, this.clock.now());
    }
  }

  protected override async clearStore(): Promise<void> {
    // Where the others' entries can be told from its own, they stay.
    if (this.#client.canList) return super.clearStore();
    await this.#client.clear();
    for (const key of this.#knownKeys) this.noteRemoved(key);
  }

  protected override noteWritten(key: string, entry: StoredEntry): void {
    super.noteWritten(key, entry);
    this.#know(key);
  }

  protected override noteRemoved(key: string): void {
    super.noteRemoved(key);
    this.#knownKeys.delete(key);
  }

  protected override touchEntry(key: string, entry: StoredEntry, now: number): void | Promise<void> {
    this.#know(key);
    return super.touchEntry(key, entry, now);
  }

  protected override closeStore(): Promise<void> {
    return this.#client.release(this.#disconnectOnClose);
  }

  #know(key: string): void {
    if (!this.#client.canList) this.#knownKeys.add(key);
  }

  async *#allEntries(): AsyncGenerator<KeyedEntry> {
    const seen = new Set<string>();
    for await (const text of this.#client.values()) {
      const entry = whole(text);
      // Somebody may have copied a text to another key.
      if (entry === undefined || seen.has(entry.key)) continue;
      seen.add(entry.key);
      yield entry;
    }
  }

  async *#knownEntries(): AsyncGenerator<KeyedEntry> {
    for (const key of [...this.#knownKeys]) {
      const entry = whole(await this.#client.get(key));
      if (entry?.key === key) yield entry;
      else this.#knownKeys.delete(key);
    }
  }
}

/** Stores that confuse keys, by letter case or length, make misses of it and no wrong values. */
function entryOf(key: string, text: unknown): StoredEntry | undefined {
  const entry = readText(text);
  return entry?.key === key ? entry : undefined;
}

/** Damage is found by who reads the entry. */
function whole(text: unknown): KeyedEntry | undefined {
  try {
    return readText(text);
  } catch {
    return undefined;
  }
}

function cannotLimit(limit: string, found: unknown): CacheError {
  return new CacheError(
    'CACHE_INVALID_CONFIG',
    `fromKeyv: ${limit} is ${found}; allowed is none, since the store can't list its entries: it has no iterator`,
  );
}
