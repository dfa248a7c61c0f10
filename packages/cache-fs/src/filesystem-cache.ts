import { randomBytes } from 'node:crypto';
import {
  BaseCacheManager,
  type ByteStage,
  type CacheCapabilities,
  type CacheCounters,
  CacheError,
  type CacheOperation,
  checkKey,
  checkOptions,
  describeEntry,
  describeValue,
  type EntryUsage,
  EVICTION_POLICIES,
  isCacheError,
  type ListedEntry,
  type OpenedEntry,
  type StoredEntry,
  type StoreTotals,
  slidExpiry,
  type TaggedEntry,
} from '@glovebox/cache-core';
import { WriterCounters } from './counters/writer-counters.js';
import type { KeyLock } from './locks/key-lock.js';
import { LockManager } from './locks/lock-manager.js';
import {
  DEFAULT_HOT_BYTES,
  DEFAULT_INLINE_MAX_BYTES,
  DEFAULT_LOCK_TIMEOUT_MS,
  type FilesystemCacheOptions,
  filesystemOptionRules,
} from './options.js';
import { type CacheRoot, openCacheRoot } from './root/cache-root.js';
import { RootWatch } from './root/root-watch.js';
import { BackgroundWork } from './store/background-work.js';
import { entryCodec, ownEntry } from './store/entry-codec.js';
import { entryId } from './store/entry-id.js';
import { EntryReader, type FoundHeader } from './store/entry-reader.js';
import { EntryWriter, type Published } from './store/entry-writer.js';
import { Evictor } from './store/evictor.js';
import { isMissing, isNoRoom } from './store/faults.js';
import { HotEntries } from './store/hot-entries.js';
import { LargeValues } from './store/large-values.js';
import { LimitKeeper } from './store/limit-keeper.js';
import { gatePath } from './store/paths.js';
import { Recent } from './store/recent.js';
import { RemovalGate } from './store/removal-gate.js';
import { SharedTotals } from './store/shared-totals.js';
import { SlidingExpiry } from './store/sliding-expiry.js';
import { StoreMaintenance } from './store/store-maintenance.js';
import type { StoredPayload } from './store/stored-payload.js';
import { type RemovedEntry, Sweeper } from './store/sweeper.js';
import { UsageRecords } from './store/usage-records.js';
import { withName } from './system-error.js';
import { TagLog } from './tags/tag-log.js';

/** Operations after which what is kept in memory goes to disk. */
const OPERATIONS_BETWEEN_FLUSHES = 100;
/** Milliseconds from the need for a flush or a removal to its start: a burst of operations is served by one. */
const BACKGROUND_DELAY_MS = 200;
/** Longest that a flush is put off where there is always much to write. */
const MAX_FLUSH_DELAY_MS = 10_000;

/** Keys whose ids are kept, and the longest of them: 1 MB at most. */
const MAX_KNOWN_IDS = 2_048;
const MAX_KNOWN_KEY_LENGTH = 256;

type FoundEntry = StoredEntry<StoredPayload> | undefined;

/**
 * A cache in a directory, shared by any number of processes. It may forget, it never lies: no torn, stale or foreign
 * value is ever returned.
 */
export class FilesystemCache extends BaseCacheManager<StoredPayload> {
  readonly name = 'filesystem';
  readonly capabilities: CacheCapabilities;
  readonly #root: CacheRoot;
  /** Unique to this instance. */
  readonly #lockTimeoutMs: number;
  readonly #usesFileLocking: boolean;
  readonly #hot: HotEntries | undefined;
  readonly #expiry: SlidingExpiry;
  readonly #tagLog: TagLog;
  readonly #reader: EntryReader;
  readonly #writer: EntryWriter;
  readonly #usage: UsageRecords;
  readonly #keeper: LimitKeeper;
  readonly #evictor: Evictor;
  readonly #statistics: WriterCounters;
  readonly #totals: SharedTotals;
  /** Locks of callers and of `getOrSet`, between processes if that was asked for. */
  readonly #locks: LockManager;
  readonly #maintenance: StoreMaintenance;
  readonly #watch: RootWatch;
  readonly #gate: RemovalGate;
  readonly #removals: BackgroundWork;
  readonly #flushes: BackgroundWork;
  readonly #ids = new Recent<string>(MAX_KNOWN_IDS);
  readonly #large: LargeValues;
  #hasCounted = false;
  #operationsSinceFlush = 0;
  #isReportingStatistics = false;

  /**
   * Opens the directory at once.
   * @throws CacheError `CACHE_INVALID_CONFIG`; `CACHE_UNSAFE_ROOT` for a directory that others can write to;
   * `CACHE_BACKEND_FAILED` for one that can't be used
   */
  constructor(options: FilesystemCacheOptions = {}) {
    checkOptions('createFilesystemCache', options, filesystemOptionRules);
    super(options, entryCodec);
    const { cacheRoot, namespace, processIsolated, io = 'sync', durability = 'process' } = options;
    const writerName = `${process.pid}-${randomBytes(6).toString('hex')}`;
    this.#root = openCacheRoot({ cacheRoot, namespace, processIsolated });
    for (const warning of this.#root.warnings) options.logger?.warn(`filesystem cache: ${warning}`);
    this.#lockTimeoutMs = options.lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS;
    this.#usesFileLocking = (options.useFileLocking ?? true) && !this.#root.isReadOnly;
    this.capabilities = {
      persistent: processIsolated !== true,
      multiProcess: processIsolated !== true,
      crossProcessLocks: this.#usesFileLocking && processIsolated !== true,
      persistentStats: processIsolated !== true,
      persistentUsage: processIsolated !== true,
      isolation: 'clone',
      evictionPolicies: EVICTION_POLICIES,
      limits: { entries: true, bytes: true },
      grace: true,
      slidingTtl: true,
      crossProcessTags: processIsolated !== true,
    };
    this.#watch = new RootWatch(this.#root, {
      onMade: () => this.#statistics.onRootRemade(),
      onReplaced: () => {
        this.#usage.forgetAll();
        this.#keeper.forgetAll();
        this.#totals.forgetOwn();
      },
    });
    this.#gate = new RemovalGate(gatePath(this.#root));
    const maxHotBytes = options.hotBytes ?? DEFAULT_HOT_BYTES;
    this.#hot = maxHotBytes > 0 ? new HotEntries(this.#root, { maxBytes: maxHotBytes }) : undefined;
    this.#expiry = new SlidingExpiry(this.#root, () => this.clock.now());
    this.#reader = new EntryReader(this.#root, io, this.#hot, this.#expiry);
    this.#large = new LargeValues(this.#root, this.#reader, { writerName, durability });
    this.#writer = new EntryWriter(this.#root, this.#reader, this.#gate, {
      writerName,
      inlineMaxBytes: options.inlineMaxBytes ?? DEFAULT_INLINE_MAX_BYTES,
      durability,
      io,
      gateTimeoutMs: this.#lockTimeoutMs,
    });
    this.#usage = new UsageRecords(this.#root, this.#reader, () => this.clock.now());
    this.#tagLog = new TagLog({ folder: this.#root.tagsDir, tmpDir: this.#root.tmpDir }, durability);
    const sweeper = new Sweeper(this.#root, this.#reader, this.#gate, (header) => this.isInvalidated(header));
    this.#statistics = new WriterCounters({
      paths: this.#root,
      isReadOnly: this.#root.isReadOnly,
      onFault: (error) => this.#reportStatisticsFault(error),
    });
    this.#totals = new SharedTotals(this.#statistics);
    this.#keeper = new LimitKeeper({
      limits: this.limits,
      policy: this.evictionPolicy,
      reader: this.#reader,
      sweeper,
      usage: this.#usage,
      tagLog: this.#tagLog,
      sharedTotals: () => this.#totals.current,
    });
    this.#locks = this.#createLocks(this.#usesFileLocking);
    this.#maintenance = new StoreMaintenance({
      sweeper,
      usage: this.#usage,
      statistics: this.#statistics,
      // Removing safely takes exclusion between processes, whatever callers want for themselves.
      locks: this.#usesFileLocking ? this.#locks : this.#createLocks(true),
      onRemoved: (removed) => this.#noteSwept(removed),
    });
    this.#evictor = new Evictor({
      limits: this.limits,
      keeper: this.#keeper,
      reader: this.#reader,
      writer: this.#writer,
      maintenance: this.#maintenance,
      isInvalidated: (header) => this.isInvalidated(header),
      onGone: (id, removed) => this.#noteGone(id, removed),
      onEvicted: ({ key }) => this.countEviction(key),
      onExpired: ({ key }) => this.countExpiry(key),
    });
    this.#removals = new BackgroundWork(
      () => this.#runBackground(() => this.#maintenance.removeSuspects(this.clock.now())),
      BACKGROUND_DELAY_MS,
    );
    this.#flushes = new BackgroundWork(
      () => this.#runBackground(() => this.#maintenance.flush()),
      BACKGROUND_DELAY_MS,
      MAX_FLUSH_DELAY_MS,
    );
  }

  /** The directory that holds this cache's files. */
  get directory(): string {
    return this.#root.path;
  }

  /**
   * Runs `task` while no other caller of `withLock`, in any process, holds the key: `'shared'` admits other readers,
   * `'exclusive'` nobody. Operations on the key do not take this lock; it is not re-entrant.
   * @throws CacheError `CACHE_LOCK_TIMEOUT` if it can't be had in `lockTimeoutMs`
   */
  async withLock<T>(key: string, mode: 'shared' | 'exclusive', task: (lock: KeyLock) => T | Promise<T>): Promise<T> {
    this.checkOpen();
    checkKey(key);
    const name = `key-${entryId(key)}`;
    if (mode === 'exclusive') return this.#locks.withExclusive(name, task);
    if (mode === 'shared') return this.#locks.withShared(name, task);
    throw new CacheError(
      'CACHE_INVALID_CONFIG',
      `withLock: the mode is ${describeValue(mode)}; allowed is 'shared' or 'exclusive'`,
      { key },
    );
  }

  protected override openStore(): void {
    if (this.#root.isReadOnly) return;
    void this.#root.sweepDeadProcesses();
  }

  protected override async closeStore(): Promise<void> {
    const hasNews = (this.#hasCounted || this.#usage.hasPending) && this.#watch.refusal === undefined;
    await Promise.all([this.#removals.close(), this.#flushes.close(), this.#writer.close(), this.#tagLog.close()]);
    try {
      await this.#maintenance.close(hasNews && !this.#root.isReadOnly);
    } finally {
      await this.#locks.close();
      await this.#root.removeIsolated();
    }
  }

  protected override readEntry(key: string): FoundEntry | Promise<FoundEntry> {
    this.#watch.checkReadable();
    return this.#reader.read(this.#idOf(key), key);
  }

  protected override peekEntry(key: string): FoundEntry | Promise<FoundEntry> {
    this.#watch.checkReadable();
    return this.#reader.read(this.#idOf(key), key, true);
  }

  protected override async openEntry(key: string): Promise<OpenedEntry<StoredPayload> | undefined> {
    this.#watch.checkReadable();
    const opened = await this.#large.open(this.#idOf(key), key);
    return opened === 'small' ? super.openEntry(key) : opened;
  }

  protected override async stageEntry(key: string): Promise<ByteStage<StoredPayload>> {
    this.#checkWritable();
    return this.#large.stage((error, sizeBytes) => this.#recover(error, this.#idOf(key), sizeBytes));
  }

  protected override writeEntry(key: string, entry: StoredEntry<StoredPayload>): void | Promise<void> {
    const id = this.#idOf(key);
    this.#checkWritable();
    try {
      const published = this.#writer.publish(id, key, entry);
      if (!(published instanceof Promise)) return this.#notePublished(id, published);
      const own = ownEntry(entry);
      return published
        .catch((error: unknown) => this.#publishAgain(error, id, key, own))
        .then((late) => this.#notePublished(id, late));
    } catch (error) {
      return this.#publishAgain(error, id, key, ownEntry(entry)).then((late) => this.#notePublished(id, late));
    }
  }

  protected override removeEntry(key: string): boolean | Promise<boolean> {
    const id = this.#idOf(key);
    this.#checkWritable();
    const removed = this.#writer.remove(id);
    return removed instanceof Promise ? removed.then((late) => this.#noteGone(id, late)) : this.#noteGone(id, removed);
  }

  protected override async *listEntries(): AsyncGenerator<ListedEntry> {
    this.#watch.checkReadable();
    for await (const id of this.#maintenance.sweeper.ids()) {
      const header = this.#reader.header(id);
      if (header === undefined || header === 'unreadable' || entryId(header.key) !== id) continue;
      const usage = this.#usage.usageOf(id, header.createdAt);
      const metadata = describeEntry(header.key, { ...header, ...usage }, usage, this.clock.now());
      yield { ...metadata, tagMark: header.tagMark };
    }
  }

  protected override touchEntry(key: string, _entry: unknown, now: number): void {
    const id = this.#idOf(key);
    this.#usage.noteRead(id, now);
    this.#keeper.noteRead(id, now);
  }

  protected override extendEntry(key: string, entry: StoredEntry, now: number): number | undefined {
    const { version, createdAt } = entry;
    const expiresAt = slidExpiry(entry, now);
    if (expiresAt === undefined || version === undefined || this.#root.isReadOnly) return undefined;
    const id = this.#idOf(key);
    this.#expiry.extend(id, version, expiresAt);
    this.#keeper.noteExtended(id, { createdAt, expiresAt });
    return expiresAt;
  }

  protected override markTags(): string {
    this.#watch.checkReadable();
    return this.#withFolders(() => this.#tagLog.mark());
  }

  protected override isInvalidatedSince(tags: readonly string[], mark: unknown): boolean {
    return this.#tagLog.isInvalidated(tags, mark);
  }

  protected override isInvalidated({ tags, tagMark }: TaggedEntry): boolean {
    return this.#tagLog.isInvalidated(tags, tagMark);
  }

  protected override invalidateStore(tags: readonly string[]): void {
    this.#checkWritable();
    try {
      this.#withFolders(() => this.#tagLog.invalidate(tags));
    } catch (error) {
      // A full disk takes no record, but gives up the log: with it goes all that is tagged, and so what has these tags.
      this.#tagLog.forget();
      this.report('invalidateTags', error);
    }
  }

  protected override noteInvalidated(key: string): void {
    this.#suspect(key);
  }

  protected override usageOf(key: string, entry: StoredEntry<StoredPayload>): EntryUsage {
    return this.#usage.usageOf(this.#idOf(key), entry.createdAt);
  }

  protected override noteWritten(): void {}

  protected override noteRemoved(): void {}

  protected override noteExpired(key: string): void {
    this.#suspect(key);
  }

  /** Reads never remove: what they meet is looked at again, and removed, in the background. */
  protected override async healEntry(key: string, entry?: StoredEntry): Promise<void> {
    this.#suspect(key, entry?.version);
  }

  protected override async clearStore(): Promise<void> {
    this.#checkWritable();
    await this.#maintenance.clear(this.#lockTimeoutMs, async (id) => {
      this.#noteGone(id, await this.#writer.remove(id));
    });
  }

  protected override async sweepStore(now: number, automatic: boolean): Promise<number> {
    if (this.#root.isReadOnly) return 0;
    this.#watch.look();
    this.#gate.lowerOwn();
    const removed = await this.#maintenance.sweep(now, {
      waitMs: automatic ? 0 : this.#lockTimeoutMs,
      // Nobody waits for an automatic one, and `close` should not.
      mayGoOn: () => !automatic || !this.isClosed,
    });
    // What the eviction that follows goes by.
    this.#totals.look();
    return removed;
  }

  protected override hasRoom(key: string, entry: StoredEntry<StoredPayload>): Promise<boolean> {
    return this.#evictor.fits(this.#idOf(key), entry.sizeBytes, this.clock.now());
  }

  protected override evict(writtenKey: string | undefined): void | Promise<void> {
    if (this.#root.isReadOnly || !this.#keeper.isNear()) return;
    const writtenId = writtenKey === undefined ? undefined : this.#idOf(writtenKey);
    return this.#evictor.enforceLimits(this.clock.now(), writtenId);
  }

  protected override measureStore(): StoreTotals {
    this.#totals.look();
    return this.#totals.current;
  }

  protected override loadStats(): CacheCounters {
    return this.#statistics.readAll().counters;
  }

  protected override saveStats(counters: Readonly<CacheCounters>): void {
    this.#statistics.save(counters);
    if (this.#root.isReadOnly) return;
    this.#hasCounted = true;
    if (++this.#operationsSinceFlush >= OPERATIONS_BETWEEN_FLUSHES) {
      this.#operationsSinceFlush = 0;
      this.#flushes.request();
    }
  }

  protected override async withEntryLock<T>(key: string, task: () => Promise<T>): Promise<T> {
    if (!this.#usesFileLocking || this.#watch.refusal !== undefined) return task();
    let hasStarted = false;
    try {
      return await this.#locks.withExclusive(`flight-${entryId(key)}`, () => {
        hasStarted = true;
        return task();
      });
    } catch (error) {
      if (hasStarted) throw error;
      // A cache must not keep its caller from computing: a lock that can't be had is a fault like any other.
      if (!isCacheError(error, 'CACHE_CLOSED')) this.report('getOrSet', error, key);
      return task();
    }
  }

  protected override report(operation: CacheOperation, cause: unknown, key?: string): void {
    super.report(operation, withName(cause), key);
  }

  /** Not the lock of a flight: a factory may update its own key. */
  protected override async withUpdateLock<T>(key: string, task: () => Promise<T>): Promise<T> {
    if (!this.#usesFileLocking) return task();
    return this.#locks.withExclusive(`update-${entryId(key)}`, task);
  }

  #createLocks(crossProcess: boolean): LockManager {
    return new LockManager({
      locksDir: this.#root.locksDir,
      crossProcess,
      lockTimeoutMs: this.#lockTimeoutMs,
      makeLocksDir: () => this.#watch.look(),
      onError: (error) => this.report('cleanup', error),
    });
  }

  /** The key's id, without hashing again for the hooks that one operation calls, nor for keys that come often. */
  #idOf(key: string): string {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = entryId(key);
    if (key.length <= MAX_KNOWN_KEY_LENGTH) this.#ids.set(key, id);
    return id;
  }

  /** Reporting counts, and counting is what failed: once is enough. */
  #reportStatisticsFault(error: CacheError): void {
    if (this.#isReportingStatistics) return;
    this.#isReportingStatistics = true;
    this.report('getStats', error);
    this.#isReportingStatistics = false;
  }

  #notePublished(id: string, { header, replaced, fault }: Published): void {
    if (this.hasLimits) this.#totals.lookNowAndThen();
    const replacedBytes = replaced === undefined || replaced === 'unreadable' ? 0 : replaced.sizeBytes;
    this.#totals.adjust(replaced === undefined ? 1 : 0, header.sizeBytes - replacedBytes);
    this.#hot?.forget(id);
    this.#usage.noteWrite(id, header);
    this.#keeper.noteWrite(id, header);
    if (fault !== undefined) throw fault;
  }

  #noteGone(id: string, removed: FoundHeader): boolean {
    this.#hot?.forget(id);
    this.#usage.noteRemoval(id);
    this.#keeper.noteRemoval(id);
    if (removed === undefined) return false;
    this.#totals.adjust(-1, removed === 'unreadable' ? 0 : -removed.sizeBytes);
    return true;
  }

  #noteSwept({ id, header, hasExpired }: RemovedEntry): void {
    this.#hot?.forget(id);
    this.#totals.adjust(-1, header === undefined ? 0 : -header.sizeBytes);
    this.#usage.noteRemoval(id);
    this.#keeper.noteRemoval(id);
    if (header !== undefined && hasExpired) this.countExpiry(header.key);
  }

  /** A second attempt at a write whose first one met a removed directory or a full disk. */
  async #publishAgain(error: unknown, id: string, key: string, entry: StoredEntry<StoredPayload>): Promise<Published> {
    await this.#recover(error, id, entry.sizeBytes);
    return this.#writer.publish(id, key, entry);
  }

  /** Mends what made a write of so many bytes fail, or throws the error. */
  async #recover(error: unknown, id: string, sizeBytes: number): Promise<void> {
    if (isMissing(error)) this.#watch.look();
    else if (isNoRoom(error)) await this.#evictor.freeSpace(id, sizeBytes, this.clock.now());
    else throw error;
  }

  #checkWritable(): void {
    if (this.#root.isReadOnly) throw readOnly(this.#root.path);
    this.#watch.checkWritable();
  }

  /** Runs what needs the folders, once more if a cleaner of temporary files has taken them away. */
  #withFolders<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (!isMissing(error) || this.#root.isReadOnly) throw error;
      this.#watch.look();
      return action();
    }
  }

  /** @param generation of an entry that is of no use though nothing shows it */
  #suspect(key: string, generation?: string): void {
    if (this.#root.isReadOnly) return;
    this.#maintenance.suspect(entryId(key), generation);
    this.#removals.request();
  }

  async #runBackground(work: () => Promise<unknown>): Promise<void> {
    await this.#attempt(async () => {
      this.#watch.look();
      this.#gate.lowerOwn();
    });
    if (this.#watch.refusal === undefined) await this.#attempt(work);
  }

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.report('cleanup', error);
    }
  }
}

/**
 * A cache in a directory, shared by any number of processes; ready at once.
 * @throws CacheError `CACHE_INVALID_CONFIG`; `CACHE_UNSAFE_ROOT` for a directory that others can write to;
 * `CACHE_BACKEND_FAILED` for one that can't be used
 */
export function createFilesystemCache(options: FilesystemCacheOptions = {}): FilesystemCache {
  return new FilesystemCache(options);
}

function readOnly(path: string): CacheError {
  return new CacheError(
    'CACHE_BACKEND_FAILED',
    `${path} can only be read: make it writable, or choose another cacheRoot`,
  );
}
