import type { TaggedEntry } from './cache-operations.js';
import { valueCodec } from './codec.js';
import { type EntryUsage, isExpired, isOverdue, isSameEntry } from './entry.js';
import { EntryIndex } from './entry-index.js';
import { isCacheError } from './errors.js';
import { isPromiseLike, KeyQueue } from './key-queue.js';
import type { CacheOperation } from './observation.js';
import type { BaseCacheOptions } from './options.js';
import { slidExpiry, withExpiry } from './sliding.js';
import type { CacheCounters, StoreTotals } from './stats.js';
import { TagInvalidations } from './tag-invalidations.js';
import { TracedOperations } from './traced-operations.js';
import type {
  ByteStage,
  CacheMetadata,
  Codec,
  CodecTransform,
  EncodedValue,
  ListedEntry,
  OpenedEntry,
  StoredEntry,
} from './types.js';

/** After so many writes of its own, an instance looks again at what other processes wrote. */
const WRITES_BETWEEN_LISTINGS = 100;

/** A codec may be left out by backends that store {@link EncodedValue}s. */
type CodecArgument<P> = [EncodedValue] extends [P] ? [codec?: Codec<P>] : [codec: Codec<P>];

/**
 * The base of every backend: it writes the four hooks below, and gets keys and ttl checks, expiry, limits, eviction,
 * statistics, batches, `getOrSet`, events and the lifecycle from here.
 *
 * Hooks may return a value or a promise, and may throw: the base turns a fault into a miss or a refused write, and
 * reports it. Calls on one key never overlap unless they are reads. A payload that is damaged is told by throwing a
 * `CacheError` of code `CACHE_CORRUPT_ENTRY` from `readEntry`.
 *
 * @typeParam P what `codec` makes of a value: text or bytes unless another codec is given
 */
export abstract class BaseCacheManager<P = EncodedValue> extends TracedOperations<P> {
  #index: EntryIndex | undefined;
  #isIndexComplete = false;
  #changedWhileListing: Set<string> | undefined;
  #writesSinceListed = 0;
  readonly #invalidations = new TagInvalidations();
  readonly #invalidationQueue = new KeyQueue();

  constructor(options: BaseCacheOptions = {}, ...[codec]: CodecArgument<P>) {
    super(options, transformed(codec, options.transforms));
  }

  /** The entry of a key, expired ones too: the base decides. `undefined` if there is none. */
  protected abstract override readEntry(key: string): StoredEntry<P> | undefined | Promise<StoredEntry<P> | undefined>;

  /** Stores or replaces an entry, whole or not at all. */
  protected abstract override writeEntry(key: string, entry: StoredEntry<P>): void | Promise<void>;

  /** Removes an entry; whether there was one. */
  protected abstract override removeEntry(key: string): boolean | Promise<boolean>;

  /** Every entry, expired ones too, without values. */
  protected abstract override listEntries(): Iterable<ListedEntry> | AsyncIterable<ListedEntry>;

  /**
   * Optional hook: an entry for whoever needs to know that it is there, and what its header says, but not its value, which
   * may be looked at less closely.
   */
  protected peekEntry(key: string): StoredEntry<P> | undefined | Promise<StoredEntry<P> | undefined> {
    return this.readEntry(key);
  }

  /** Optional hook: begins an entry whose bytes come in pieces. `undefined`, the default, has them collected in memory. */
  protected stageEntry(_key: string): ByteStage<P> | undefined | Promise<ByteStage<P> | undefined> {
    return undefined;
  }

  /**
   * Optional hook: as `readEntry`, for somebody who wants the bytes in pieces. They must be those of this entry to the last,
   * whatever happens to it meanwhile. By default the entry is read whole.
   */
  protected openEntry(key: string): OpenedEntry<P> | undefined | Promise<OpenedEntry<P> | undefined> {
    return this.openWhole(key);
  }

  /** Optional hook: records that a read hit. By default in memory, for as long as the instance lives. */
  protected touchEntry(key: string, entry: StoredEntry<P>, now: number): void | Promise<void> {
    const index = this.#ownIndex();
    if (index.get(key) === undefined) {
      // Read before it was removed, touched after: putting it back would count an entry that is not there.
      if (this.#isIndexComplete && !this.capabilities.multiProcess) return;
      index.put(key, entry);
    }
    index.touch(key, now);
  }

  /** Optional hook: reads of the key so far. */
  protected usageOf(key: string, entry: StoredEntry<P>): EntryUsage | Promise<EntryUsage> {
    return this.#index?.get(key) ?? entry;
  }

  /**
   * Optional hook: reads of a listed entry so far. By default what this instance knows, else what the listing says. A
   * backend that overrides `usageOf` does best by returning what it lists.
   */
  protected override listedUsage(metadata: CacheMetadata): EntryUsage {
    return this.#index?.get(metadata.key) ?? metadata;
  }

  /**
   * Optional hook: a read at `now` hit an entry that reads extend. Its new expiry, `undefined` where it stays as it is.
   * The default writes the entry again when a tenth of its ttl has passed, unless it was replaced. It looks at an entry
   * and then writes it: where several processes share a store, one of them may replace the entry in between, so a backend
   * of such a store overrides this with something that writes beside the entry.
   */
  protected extendEntry(
    key: string,
    entry: StoredEntry<P>,
    now: number,
  ): number | undefined | Promise<number | undefined> {
    const expiresAt = slidExpiry(entry, now);
    if (expiresAt === undefined) return undefined;
    return this.keyQueue.run(key, () => {
      const found = this.readEntry(key);
      return isPromiseLike(found)
        ? found.then((late) => this.#extend(key, entry, late, expiresAt))
        : this.#extend(key, entry, found, expiresAt);
    });
  }

  /**
   * Optional hook: this moment among the invalidations of tags, as something that `isInvalidatedSince` understands. Asked
   * for when something that may get tags begins to be made. By default the invalidations of this instance.
   * @throws what keeps it from telling
   */
  protected markTags(): unknown {
    return this.#invalidations.now;
  }

  /** Optional hook: whether one of `tags` was invalidated since a mark. Asked before what is tagged is stored. */
  protected isInvalidatedSince(tags: readonly string[], mark: unknown): boolean {
    return this.#invalidations.hasSince(tags, mark);
  }

  /** Optional hook: whether a stored entry with tags was invalidated. By default such entries are removed, and none is. */
  protected isInvalidated(_entry: TaggedEntry): boolean {
    return false;
  }

  /** Optional hook: a read met an invalidated entry. */
  protected noteInvalidated(_key: string): void {}

  /**
   * Optional hook: invalidates what has one of `tags` and was begun before; throws if that can't be done. The default lists
   * the store and removes such entries, and stores nothing that this instance began to make before. What other processes
   * make at that time it knows nothing of, and what they write between the listing and the removal may go too: a backend
   * whose store several processes share overrides this, `markTags`, `isInvalidatedSince` and `isInvalidated`.
   */
  protected invalidateStore(tags: readonly string[]): void | Promise<void> {
    return this.#invalidationQueue.run('', () => this.#removeTagged(tags));
  }

  /** For backends that remove or tell by themselves what they hold: has nothing stored that was begun before. */
  protected recordInvalidation(tags: readonly string[]): void {
    this.#invalidations.record(tags);
  }

  /** Optional hook: an entry has been written. */
  protected noteWritten(key: string, entry: StoredEntry<P>): void {
    this.#changedWhileListing?.add(key);
    this.#ownIndex().put(key, entry, this.#index?.get(key)?.accessCount);
    this.#writesSinceListed++;
  }

  /** Optional hook: the entry of a key has been removed, if there was one. */
  protected noteRemoved(key: string): void {
    this.#changedWhileListing?.add(key);
    this.#index?.remove(key);
  }

  /** Optional hook: a read met an expired entry. By default it stays until the next cleanup. */
  protected noteExpired(_key: string, _entry: StoredEntry<P>): void {}

  /**
   * Optional hook: removes an entry that a read found to be of no use, unless it has been replaced since. The default
   * looks and then removes. In a store that several processes share one of them may replace the entry in between, so there
   * it removes damage only, and leaves what does not fit a schema until it is replaced: a backend of such a store does
   * better by looking and removing at once.
   * @param entry what was read; left out if it was too damaged for that
   */
  protected healEntry(key: string, entry?: StoredEntry<P>): void | Promise<void> {
    return this.#removeUseless(key, entry);
  }

  /** Optional hook: removes every entry. */
  protected clearStore(): void | Promise<void> {
    return this.#removeAll();
  }

  /**
   * Optional hook: removes what has expired, and tells it by `countExpiry`; how many entries were removed. The default
   * looks only at entries that are listed as expired: damage elsewhere waits for a read. It looks at an entry and then
   * removes it: where several processes share a store, one of them may replace the entry in between, so a backend of such
   * a store overrides this with something that looks and removes at once.
   * @param automatic the timer asks, nobody waits
   */
  protected sweepStore(now: number, _automatic: boolean): number | Promise<number> {
    return this.#removeExpiredAt(now);
  }

  /** Optional hook, asked before a write under the policy `ttl`: whether the entry fits, expired ones removed. */
  protected hasRoom(key: string, entry: StoredEntry<P>): boolean | Promise<boolean> {
    return this.#hasRoomByIndex(key, entry);
  }

  /**
   * Optional hook: brings the store within its limits, expired entries first, and tells it by `countEviction`.
   * @param writtenKey the entry whose `set` is not resolved yet: never a victim
   */
  protected evict(writtenKey: string | undefined): void | Promise<void> {
    return this.#evictByIndex(writtenKey);
  }

  /** Optional hook: entries and bytes held. */
  protected measureStore(): StoreTotals | Promise<StoreTotals> {
    return this.#sumOfEntries();
  }

  /** Optional hook: the counters to report, given this instance's own; those of earlier instances or other processes added. */
  protected loadStats(own: Readonly<CacheCounters>): Readonly<CacheCounters> | Promise<Readonly<CacheCounters>> {
    return own;
  }

  /** Optional hook: runs the task of a `getOrSet` while no other process runs one for the key, or at once if it can't tell. */
  protected withEntryLock<T>(_key: string, task: () => Promise<T>): Promise<T> {
    return task();
  }

  /**
   * Optional hook: runs the task of an atomic update while no other process runs one for the key. Throws, without running
   * it, if that can't be had. The default excludes nobody: updates are atomic within the process.
   */
  protected withUpdateLock<T>(_key: string, task: () => Promise<T>): Promise<T> {
    return task();
  }

  #extend(
    key: string,
    read: StoredEntry<P>,
    found: StoredEntry<P> | undefined,
    expiresAt: number,
  ): number | undefined | Promise<number | undefined> {
    // Replaced, removed or extended meanwhile, or expired: what others have seen of it must not be undone.
    if (found === undefined || !isSameEntry(read, found) || isExpired(found, this.clock.now())) return undefined;
    const written = this.writeEntry(key, withExpiry(found, expiresAt));
    const finish = () => {
      this.#index?.learnExpiry(key, expiresAt);
      return expiresAt;
    };
    return isPromiseLike(written) ? written.then(finish) : finish();
  }

  async #removeTagged(tags: readonly string[]): Promise<void> {
    this.recordInvalidation(tags);
    const fresh = new Set<string>();
    this.freshKeys = fresh;
    const isTagged = (entry: { readonly tags: readonly string[] }) => tags.some((tag) => entry.tags.includes(tag));
    let fault: unknown;
    try {
      // Writes under way were asked for earlier, and one that landed after the listing would survive.
      if (this.keyQueue.isBusy) await this.keyQueue.idle();
      for (const listed of await this.#list()) {
        const { key } = listed;
        if (!isTagged(listed)) continue;
        try {
          await this.keyQueue.run(key, async () => {
            if (fresh.has(key)) return;
            const entry = await this.#readUndamaged(key);
            if (entry !== undefined && isTagged(entry)) await this.#remove(key);
          });
        } catch (error) {
          fault ??= error;
        }
      }
    } finally {
      this.freshKeys = undefined;
    }
    if (fault !== undefined) throw fault;
  }

  /** What is damaged is served to nobody. */
  async #readUndamaged(key: string): Promise<StoredEntry<P> | undefined> {
    try {
      return await this.readEntry(key);
    } catch (error) {
      if (isCacheError(error, 'CACHE_CORRUPT_ENTRY')) return undefined;
      throw error;
    }
  }

  async #removeUseless(key: string, useless: StoredEntry<P> | undefined): Promise<void> {
    await this.keyQueue.run(key, async () => {
      if (await this.#isStillUseless(key, useless)) await this.#remove(key);
    });
  }

  async #isStillUseless(key: string, useless: StoredEntry<P> | undefined): Promise<boolean> {
    try {
      const entry = await this.readEntry(key);
      if (entry === undefined) return false;
      return this.capabilities.multiProcess ? !this.#isWhole(key, entry) : isSameEntry(entry, useless);
    } catch (error) {
      // Any other fault says nothing about the entry.
      if (isCacheError(error, 'CACHE_CORRUPT_ENTRY')) return true;
      throw error;
    }
  }

  #isWhole(key: string, entry: StoredEntry<P>): boolean {
    try {
      this.codec.decode(entry.payload, false, key);
      return true;
    } catch (error) {
      return isCacheError(error, 'CACHE_UNREADABLE_ENTRY');
    }
  }

  async #removeAll(): Promise<void> {
    for (const { key } of await this.#list()) {
      await this.#tolerate('clear', key, async () => this.keyQueue.run(key, async () => this.#remove(key)));
    }
  }

  async #removeExpiredAt(now: number): Promise<number> {
    let removed = 0;
    for (const metadata of await this.#list()) {
      if (isExpired(metadata, now) && (await this.#removeExpired('cleanup', metadata.key, isOverdue))) removed++;
    }
    return removed;
  }

  async #hasRoomByIndex(key: string, entry: StoredEntry<P>): Promise<boolean> {
    const index = await this.#completeIndex();
    if (!index.fits(key, entry.sizeBytes, this.limits)) await this.#removeAllExpired('set', index);
    return index.fits(key, entry.sizeBytes, this.limits);
  }

  async #evictByIndex(writtenKey: string | undefined): Promise<void> {
    const index = await this.#completeIndex();
    if (!index.exceeds(this.limits)) return;
    const operation = writtenKey === undefined ? 'cleanup' : 'set';
    await this.#removeAllExpired(operation, index);
    // A cleanup does not know which entries are so new that their `set` has not resolved; their own evictions follow, and do.
    if (writtenKey === undefined && this.isWriting) return;
    for (const key of index.victims(this.limits, this.clock.now(), writtenKey)) {
      await this.#tolerate(operation, key, async () => {
        if (await this.keyQueue.run(key, async () => this.#remove(key))) this.countEviction(key);
      });
    }
  }

  async #sumOfEntries(): Promise<StoreTotals> {
    let totalEntries = 0;
    let totalSizeBytes = 0;
    for (const { sizeBytes } of await this.#list()) {
      totalEntries++;
      totalSizeBytes += sizeBytes;
    }
    return { totalEntries, totalSizeBytes };
  }

  async #remove(key: string): Promise<boolean> {
    const removed = await this.removeEntry(key);
    this.noteRemoved(key);
    return removed;
  }

  /**
   * Removes an entry that is said to be expired, if it is: it may have been replaced since. A damaged one goes too.
   * @param isDone `isOverdue` where the entry's grace counts; where room is needed it does not
   */
  async #removeExpired(
    operation: CacheOperation,
    key: string,
    isDone: (entry: StoredEntry<P>, now: number) => boolean,
  ): Promise<boolean> {
    const removed = await this.#tolerate(operation, key, async () =>
      this.keyQueue.run(key, async () => {
        try {
          const entry = await this.readEntry(key);
          if (entry === undefined) this.noteRemoved(key);
          if (entry === undefined || !isDone(entry, this.clock.now()) || !(await this.#remove(key))) return false;
          this.countExpiry(key);
          return true;
        } catch (error) {
          if (!isCacheError(error, 'CACHE_CORRUPT_ENTRY')) throw error;
          this.report(operation, error, key);
          return this.#remove(key);
        }
      }),
    );
    return removed === true;
  }

  async #removeAllExpired(operation: CacheOperation, index: EntryIndex): Promise<void> {
    for (const key of index.expiredIds(this.clock.now())) await this.#removeExpired(operation, key, isExpired);
  }

  /** Reports a fault with one entry, so that the others of a long task still get their turn. */
  async #tolerate<T>(operation: CacheOperation, key: string, task: () => Promise<T>): Promise<T | undefined> {
    try {
      return await task();
    } catch (error) {
      this.report(operation, error, key);
      return undefined;
    }
  }

  async #list(): Promise<CacheMetadata[]> {
    const list: CacheMetadata[] = [];
    for await (const metadata of this.listEntries()) list.push(metadata);
    return list;
  }

  #ownIndex(): EntryIndex {
    this.#index ??= new EntryIndex(this.evictionPolicy);
    return this.#index;
  }

  /** The index with every entry of the store in it; listed anew now and then where other processes write too. */
  async #completeIndex(): Promise<EntryIndex> {
    const index = this.#ownIndex();
    const isDue = this.capabilities.multiProcess && this.#writesSinceListed >= WRITES_BETWEEN_LISTINGS;
    if (this.#isIndexComplete && !isDue) return index;
    const changed = new Set<string>();
    this.#changedWhileListing = changed;
    const listed = new Map<string, CacheMetadata>();
    for (const metadata of await this.#list()) listed.set(metadata.key, metadata);
    this.#changedWhileListing = undefined;
    this.#writesSinceListed = 0;
    // The listing may be older than what was written or removed while it lasted, and newer than what was known before:
    // other processes write and read, and an entry overwritten before the first listing is known without its old reads.
    for (const [key, metadata] of listed) {
      const known = index.get(key);
      const reads = known?.accessCount ?? 0;
      const isKnown = known?.createdAt === metadata.createdAt && reads >= metadata.accessCount;
      if (!isKnown && !changed.has(key)) index.put(key, metadata, Math.max(metadata.accessCount, reads));
    }
    for (const key of [...index.ids()]) if (!listed.has(key) && !changed.has(key)) index.remove(key);
    if (!this.#isIndexComplete) index.arrangeByAge();
    this.#isIndexComplete = true;
    return index;
  }
}

/** The codec, or that of core, with the transforms around it. */
function transformed<P>(codec: Codec<P> | undefined, transforms: readonly CodecTransform[] = []): Codec<P> {
  // Without a codec P is EncodedValue, or CodecArgument would have asked for one; transforms refuse anything else.
  const own = (codec ?? valueCodec) as unknown as Codec;
  return transforms.reduce((inner, transform) => transform(inner), own) as unknown as Codec<P>;
}
