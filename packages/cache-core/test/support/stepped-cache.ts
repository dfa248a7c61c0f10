import {
  BaseCacheManager,
  type BaseCacheOptions,
  type CacheMetadata,
  describeEntry,
  type EntryUsage,
  ManualClock,
  type StoredEntry,
} from '@glovebox/cache-core';
import { capabilities } from './map-cache.js';
import { Turnstile } from './turnstile.js';

/**
 * A backend whose hooks all return promises and pass a turnstile. Reads take what they return before they pass, writes
 * act afterwards: so a test can make a read late, and a write too.
 */
export class SteppedCache extends BaseCacheManager {
  readonly name = 'stepped';
  readonly capabilities = capabilities;
  readonly store = new Map<string, StoredEntry>();
  readonly turnstile = new Turnstile();
  readonly manualClock: ManualClock;
  /** Told of each task that runs under a lock. */
  onLock: (task: Promise<unknown>) => void = () => {};

  constructor(options: BaseCacheOptions = {}) {
    const manualClock = new ManualClock();
    super({ clock: manualClock, ...options });
    this.manualClock = manualClock;
  }

  /** Keys in the store, expired ones too. */
  get storedKeys(): string[] {
    return [...this.store.keys()].sort();
  }

  protected override async openStore(): Promise<void> {
    await this.turnstile.pass('openStore');
  }

  protected override async closeStore(): Promise<void> {
    await this.turnstile.pass('closeStore');
  }

  protected override async readEntry(key: string): Promise<StoredEntry | undefined> {
    const entry = this.store.get(key);
    await this.turnstile.pass('readEntry', key);
    return entry;
  }

  protected override async writeEntry(key: string, entry: StoredEntry): Promise<void> {
    await this.turnstile.pass('writeEntry', key);
    this.store.set(key, entry);
  }

  protected override async removeEntry(key: string): Promise<boolean> {
    await this.turnstile.pass('removeEntry', key);
    return this.store.delete(key);
  }

  protected override async *listEntries(): AsyncGenerator<CacheMetadata> {
    const entries = [...this.store];
    await this.turnstile.pass('listEntries');
    for (const [key, entry] of entries) {
      await this.turnstile.pass('listed', key);
      yield describeEntry(key, entry, entry, this.clock.now());
    }
  }

  protected override async usageOf(key: string, entry: StoredEntry): Promise<EntryUsage> {
    await this.turnstile.pass('usageOf', key);
    return super.usageOf(key, entry);
  }

  protected override noteWritten(key: string, entry: StoredEntry): void {
    this.turnstile.passNow('noteWritten', key);
    super.noteWritten(key, entry);
  }

  protected override noteExpired(key: string, entry: StoredEntry): void {
    this.turnstile.passNow('noteExpired', key);
    super.noteExpired(key, entry);
  }

  protected override async withEntryLock<T>(key: string, task: () => Promise<T>): Promise<T> {
    await this.turnstile.pass('lock', key);
    const running = task();
    this.onLock(running);
    const result = await running;
    await this.turnstile.pass('unlock', key);
    return result;
  }
}
